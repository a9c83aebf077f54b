import { expect, it } from 'vitest';
import { add, countTotals, none, totalsLine, totalsOf } from './totals.ts';

it('counts what vitest reports, and names what failed', () => {
  const failed = {
    status: 'failed',
    fullName: 'a queue works',
    failureMessages: ['AssertionError: expected 2 to be 3\n    at queue.ts:1:1'],
  };
  const report = {
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      {
        name: '/parley/operator/queue.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [failed, { status: 'passed', fullName: 'another', failureMessages: [] }],
      },
      { name: '/parley/web/app.test.ts', status: 'failed', message: 'No such module', assertionResults: [] },
    ],
  };
  expect(countTotals('unit', report, 1, '/parley')).toEqual({
    passed: 7,
    failed: 1,
    skipped: 1,
    failures: [
      'operator/queue.test.ts: a queue works: AssertionError: expected 2 to be 3',
      'web/app.test.ts: No such module',
    ],
  });
});

it('counts a failure that no test is to blame for', () => {
  expect(countTotals('unit', { numPassedTests: 7, numFailedTests: 0 }, 1, '/parley')).toEqual({
    passed: 7,
    failed: 1,
    skipped: 0,
    failures: ['unit: ended with status 1'],
  });
});

it('counts a crash as a failure', async () => {
  expect(await totalsOf('e2e', '/nowhere/results.json', 134, '/parley')).toEqual({
    ...none,
    failed: 1,
    failures: ['e2e: ended with status 134'],
  });
});

it('ends in one plain line', () => {
  const sum = add({ ...none, passed: 1 }, { ...none, passed: 2, failed: 3 });
  expect(totalsLine(sum)).toBe('3 passed, 3 failed');
  expect(totalsLine({ ...sum, skipped: 4 })).toBe('3 passed, 3 failed, 4 skipped');
});
