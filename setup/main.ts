// The second stage of set-up, on Node 24: gets every program that a job needs.   usage: main.ts start|test|smoke|bench
import { logFile, stopRunning } from './logged.ts';
import { thisMachine } from './machine.ts';
import { workerRuns } from './mediasoup-worker/install.ts';
import { CannotInstallError, describeProblems, StepFailedError } from './problems.ts';
import { inWords, report } from './progress.ts';
import { type DueStep, dueSteps, type Job, jobs, steps } from './steps.ts';
import { findTool, type ToolName, ToolOverrideError, ToolsMissingError } from './tools.ts';

const job = jobs.find(job => job === process.argv[2]);
if (!job) throw new Error(`Which job? One of ${jobs.join(', ')}.`);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!interrupted.signal.aborted)
      report('\nStops; what is whole is kept. The same command goes on from here.');
    interrupted.abort();
    stopRunning(signal);
  });
}

process.exitCode = await setUp(job);

/** @returns the exit status: 0 when everything that the job needs is there */
async function setUp(job: Job): Promise<number> {
  const began = Date.now();
  try {
    const due = dueSteps(steps, job, isThere);
    const problems: CannotInstallError[] = [];
    for (const [index, step] of due.entries()) {
      if (interrupted.signal.aborted) return 130;
      const problem = await take(step, `[${index + 1}/${due.length}]`);
      if (problem) problems.push(problem);
    }
    if (problems.length > 0) {
      report(`\n${describeProblems(problems, thisMachine())}`);
      return 1;
    }
    const done = due.length === 0 ? 'Everything is there' : 'Everything is there now';
    report(`${done} (${inWords(Date.now() - began)}).`);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    report(explain(error));
    return 1;
  }
}

function isThere(tool: ToolName): boolean {
  const program = findTool(tool);
  return program !== undefined && (tool !== 'mediasoupWorker' || workerRuns(program));
}

async function take({ step, missing }: DueStep, count: string): Promise<CannotInstallError | undefined> {
  const began = Date.now();
  report(`${count} ${step.name}: ${step.why}. It takes ${step.takes}.`);
  try {
    await step.install(missing);
  } catch (error) {
    if (error instanceof CannotInstallError) return error;
    throw error;
  }
  const still = step.brings.filter(tool => !isThere(tool));
  if (still.length > 0) throw new ToolsMissingError(still);
  report(`  done in ${inWords(Date.now() - began)}`);
  return undefined;
}

function explain(error: unknown): string {
  if (error instanceof StepFailedError) {
    const log = error.log ? `\nAll of its output is in ${error.log}.` : '';
    return `\n${error.message}${log}\nRun the same command again to go on from here.`;
  }
  if (error instanceof ToolOverrideError) return error.message;
  if (error instanceof ToolsMissingError) {
    return `\nInstalled, yet not on the PATH or not able to run: ${error.missing.join(', ')}. See ${logFile('packages')}.`;
  }
  return `\n${error instanceof Error ? (error.stack ?? error.message) : error}`;
}
