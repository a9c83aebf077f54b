/** A server that does not know CEL lets specs through that a newer one refuses: then the operator has the last word. */
import { ruleCases } from '@parley/resources/test';
import { describe, expect, test } from 'vitest';
import { judgePool } from './pool/judge.ts';
import { judgeRoom } from './room/judge.ts';

describe.each(ruleCases)('$kind $at: $message', ({ kind, at, message, refused, accepted }) => {
  const judge = (spec: unknown) => (kind === 'Room' ? judgeRoom(spec, () => undefined) : judgePool(spec));
  const field = ['spec', ...(at === '' ? [] : [at])].join('.');

  test.each(refused)('%j is an InvalidSpec, with its field and a sentence', spec => {
    const verdict = judge(spec);
    expect(verdict).toMatchObject({ accepted: false, reason: 'InvalidSpec' });
    expect(verdict.accepted ? '' : verdict.message).toContain(`${field}: ${message}.`);
  });

  test.each(accepted)('%j is accepted', spec => {
    expect(judge(spec)).toMatchObject({ accepted: true });
  });
});
