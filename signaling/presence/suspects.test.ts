import { expect, test } from 'vitest';
import { Suspects, suspicionMs } from './suspects.ts';

const live = new Set(['a']);

test('G1 a replica is dead when it was missing for a while, not at once', () => {
  const suspects = new Suspects();
  suspects.note(['a', 'b'], live, 0);
  expect(suspects.dead(0)).toEqual([]);
  suspects.note(['a', 'b'], live, suspicionMs);
  expect(suspects.dead(suspicionMs)).toEqual(['b']);
});

test('G1 a replica that shows up in between is not dead', () => {
  const suspects = new Suspects();
  suspects.note(['b'], live, 0);
  suspects.note(['b'], new Set(['a', 'b']), 1000);
  suspects.note(['b'], live, 2000);
  expect(suspects.dead(suspicionMs)).toEqual([]);
});

test('G1 what was not looked at for a while counts anew', () => {
  const suspects = new Suspects();
  suspects.note(['b'], live, 0);
  suspects.clear();
  suspects.note(['b'], live, suspicionMs);
  expect(suspects.dead(suspicionMs)).toEqual([]);
});
