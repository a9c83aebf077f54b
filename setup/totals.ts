import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { z } from 'zod';

/** How many tests of a run did what. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, and why, in lines for people. */
  readonly failures: readonly string[];
}

export const none: Totals = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** The sum of two runs. */
export function add(a: Totals, b: Totals): Totals {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

/** The line that ends the output of `npm test`, for people and for programs. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What vitest's JSON reporter says. A run that failed has at least one failure, also if no test is to blame.
 *
 * @param name of the run
 * @param root what paths of test files are told from
 */
export function countTotals(name: string, report: unknown, exitStatus: number, root: string): Totals {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = Report.parse(report);
  const failures = testResults.flatMap(file => failuresOf(file, root));
  const blameless = exitStatus !== 0 && numFailedTests === 0;
  return {
    passed: numPassedTests,
    failed: blameless ? 1 : numFailedTests,
    skipped: numPendingTests + numTodoTests,
    failures: blameless && failures.length === 0 ? [`${name}: ended with status ${exitStatus}`] : failures,
  };
}

/** Counts the results that vitest left in a file, which is missing or broken off if vitest crashed. */
export async function totalsOf(
  name: string,
  file: string,
  exitStatus: number,
  root: string,
): Promise<Totals> {
  const report: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  return countTotals(name, report, exitStatus, root);
}

const count = z.number().catch(0);
const FileResult = z.object({
  name: z.string().catch('?'),
  status: z.string().catch(''),
  message: z.string().catch(''),
  assertionResults: z
    .array(
      z.object({
        status: z.string(),
        fullName: z.string(),
        failureMessages: z.array(z.string()).nullish(),
      }),
    )
    .catch([]),
});
const Report = z.object({
  numPassedTests: count,
  numFailedTests: count,
  numPendingTests: count,
  numTodoTests: count,
  testResults: z.array(FileResult).catch([]),
});

function failuresOf(
  { name, status, message, assertionResults }: z.infer<typeof FileResult>,
  root: string,
): string[] {
  const file = relative(root, name);
  const failed = assertionResults.filter(one => one.status === 'failed');
  // A file that cannot be loaded has no test to blame.
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
  return failed.map(one => `${file}: ${one.fullName}: ${firstLine(one.failureMessages?.[0] ?? '')}`);
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
