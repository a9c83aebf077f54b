import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Refusal, RefusalCode } from '@parley/protocol';

type AnyAnswer = { ok: true; value: unknown } | { ok: false; error: Refusal };

/** @throws AssertionError unless the request was refused for this reason. */
export function wantRefusal(answer: AnyAnswer, code: RefusalCode): Refusal {
  equal(answer.ok ? 'ok' : answer.error.code, code);
  if (answer.ok) throw new Error('unreachable');
  ok(answer.error.message.length > 0, 'a refusal has a message for people');
  return answer.error;
}

/** How often each code came, `ok` among them. */
export function outcomes(answers: readonly AnyAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const code = answer.ok ? 'ok' : answer.error.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** @throws AssertionError unless each follows the one before without a gap, by number and by time. */
export function wantChain(list: readonly { seq: number; at: number; after: number }[]): void {
  const follows = list.slice(1).map(({ seq, after }) => ({ seq, after }));
  const wanted = list.slice(0, -1).map(({ seq, at }) => ({ seq: seq + 1, after: at }));
  deepEqual(follows, wanted);
}
