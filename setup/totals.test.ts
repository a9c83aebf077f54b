import { expect, it } from 'vitest';
import { add, countTotals, totalsLine, totalsOf } from './totals.ts';

it('counts what vitest reports', () => {
  const report = { numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 0 };
  expect(countTotals(report, 1)).toEqual({ passed: 7, failed: 2, skipped: 1 });
});

it('counts a failure that no test is to blame for', () => {
  expect(countTotals({ numPassedTests: 7, numFailedTests: 0 }, 1)).toEqual({
    passed: 7,
    failed: 1,
    skipped: 0,
  });
});

it('counts a crash as a failure', async () => {
  expect(await totalsOf('/nowhere/results.json', 134)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('ends in one plain line', () => {
  const sum = add({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 3, skipped: 0 });
  expect(totalsLine(sum)).toBe('3 passed, 3 failed');
  expect(totalsLine({ ...sum, skipped: 4 })).toBe('3 passed, 3 failed, 4 skipped');
});
