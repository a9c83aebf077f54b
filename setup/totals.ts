import { readFile } from 'node:fs/promises';

/** How many tests of a run did what. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of two runs. */
export function add(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line that ends the output of `npm test`, for people and for programs. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What vitest's JSON reporter says. A run that failed has at least one failure, also if no test is to blame. */
export function countTotals(report: unknown, exitStatus: number): Totals {
  const count = (name: string) => {
    const value: unknown =
      typeof report === 'object' && report !== null ? Reflect.get(report, name) : undefined;
    return typeof value === 'number' ? value : 0;
  };
  const failed = count('numFailedTests');
  return {
    passed: count('numPassedTests'),
    failed: exitStatus === 0 ? failed : Math.max(failed, 1),
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
}

/** Counts the results that vitest left in a file, which is missing or broken off if vitest crashed. */
export async function totalsOf(file: string, exitStatus: number): Promise<Totals> {
  const report: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  return countTotals(report, exitStatus);
}
