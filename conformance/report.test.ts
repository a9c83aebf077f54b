import { expect, test } from 'vitest';
import { conforms, lineOf, painter, summary, toJson } from './report.ts';
import type { Result } from './run.ts';

const plain = painter(false);
const kept: Result = { rule: 'R1', title: 'it answers', version: 2, outcome: { is: 'kept', ms: 12 } };
const broken: Result = { ...kept, rule: 'R2', outcome: { is: 'broken', why: 'it did\nnot', ms: 3 } };
const skipped: Result = { ...kept, rule: 'G7', outcome: { is: 'skipped', why: 'It cannot.' } };
const others = [{ rule: 'R9', what: 'slow readers', file: 'a.test.ts' }] as const;

test('a rule that is broken is said, with the reason below it', () => {
  expect(lineOf(broken, plain)).toBe(
    'BROKEN  R2  it answers (version 2)\n             it did\n             not',
  );
  expect(lineOf(kept, painter(true))).toContain('\x1b[32m');
  expect(summary([kept, broken], others, plain)).toContain('1 of 2 checks found a rule broken.');
});

test('what was skipped is neither kept nor broken, and nothing at all is not enough', () => {
  expect(conforms([kept, skipped])).toBe(true);
  expect(conforms([kept, broken])).toBe(false);
  expect(conforms([skipped])).toBe(false);
  expect(conforms([])).toBe(false);
  const text = summary([kept, skipped], others, plain);
  expect(text).toContain('1 of 2 checks found their rule kept, none broken.');
  expect(text).toContain('R9');
});

test('a program reads the same', () => {
  expect(toJson('http://a.example', [kept, broken], others)).toEqual({
    url: 'http://a.example',
    conforms: false,
    checks: [
      { rule: 'R1', title: 'it answers', version: 2, outcome: 'kept', ms: 12 },
      { rule: 'R2', title: 'it answers', version: 2, outcome: 'broken', why: 'it did\nnot', ms: 3 },
    ],
    elsewhere: others,
  });
});
