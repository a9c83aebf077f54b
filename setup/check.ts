// What `npm test` runs once everything is there.   usage: check.ts [ARGUMENTS OF VITEST]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords } from './progress.ts';
import { run } from './run.mjs';
import { add, none, totalsLine, totalsOf } from './totals.ts';
import { root } from './versions.ts';

const given = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'parley-test-'));
let totals = none;
let interrupted: number | undefined;
try {
  await plain('Format and lint', ['biome', 'check', '.']);
  await plain('Types', ['tsc', '--noEmit']);
  // Two runs, so that unit tests do not take the cores from the calls.
  await vitest('unit');
  await vitest('e2e');
} finally {
  await rm(folder, { recursive: true, force: true });
  for (const failure of totals.failures) console.log(`failed: ${failure}`);
  console.log(totalsLine(totals));
  process.exitCode = interrupted ?? (totals.failed > 0 || totals.passed === 0 ? 1 : 0);
}

/** A check that is no test: it counts only if it fails. */
async function plain(name: string, command: readonly string[]): Promise<void> {
  const code = await step(name, command);
  if (code !== 0) totals = add(totals, { ...none, failed: 1, failures: [name] });
}

async function vitest(project: string): Promise<void> {
  const results = join(folder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await step(`Tests: ${project}`, [
    'vitest',
    'run',
    '--project',
    project,
    '--passWithNoTests',
    ...reporters,
    ...given,
  ]);
  totals = add(totals, await totalsOf(project, results, code, root));
}

async function step(name: string, [command = '', ...args]: readonly string[]): Promise<number> {
  if (interrupted !== undefined) return 0;
  const began = Date.now();
  console.log(`\n── ${name}`);
  const code = await run(join(root, 'node_modules/.bin', command), args, { cwd: root });
  if (code > 128) interrupted = code;
  console.log(`── ${name}: ${code === 0 ? 'passed' : 'failed'} in ${inWords(Date.now() - began)}`);
  return code;
}
