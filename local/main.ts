// Starts the one-machine cluster and keeps it until Ctrl-C.   usage: main.ts start
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { styleText } from 'node:util';
import { locateTool } from '@parley/setup';
import { z } from 'zod';
import { killLeftovers } from './leftovers.ts';
import { AlreadyRunningError, type Stack, startStack } from './stack.ts';

const dir = join(import.meta.dirname, '../.parley');

const usage = `Usage: npm start

Starts a whole Parley cluster on this machine and keeps it until Ctrl-C.

  PARLEY_PORT  environment variable: port of the page and the REST API.
               Default: 8080, or the next one that is free. 0: any free one.`;

const [job, ...rest] = process.argv.slice(2);
if (job === '--help' || rest.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
if (job !== 'start' || rest.length > 0) {
  console.error(usage);
  process.exit(2);
}
const entrancePort = wantedPort(process.env.PARLEY_PORT);

const began = performance.now();
const interrupted = new AbortController();
let stack: Stack | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
process.on('uncaughtException', error => void giveUp(error));
process.on('unhandledRejection', error => void giveUp(error));

try {
  stack = await startStack({
    dir,
    signal: interrupted.signal,
    progress: step => interrupted.signal.aborted || say(step),
    ...(entrancePort === undefined ? {} : { entrancePort }),
  });
  if (interrupted.signal.aborted) await stack.stop();
  else console.log(readyBox(stack));
} catch (error) {
  process.exitCode = 130;
  if (!interrupted.signal.aborted) {
    console.error(styleText('red', explain(error)));
    process.exitCode = 1;
  }
}

function wantedPort(wanted: string | undefined): number | undefined {
  if (!wanted) return undefined;
  const read = z.coerce.number().int().min(0).max(65_535).safeParse(wanted);
  if (read.success) return read.data;
  console.error(`PARLEY_PORT is "${wanted}", but a port is a whole number from 0 to 65535.`);
  process.exit(2);
}

function onSignal(): void {
  if (interrupted.signal.aborted) {
    void killLeftovers(`${dir}/`)
      .then(() => rm(dir, { recursive: true, force: true }))
      .then(() => process.exit(130));
    return;
  }
  interrupted.abort(new Error('Interrupted.'));
  console.log('\nStopping … (Ctrl-C again kills at once)');
  const stopped = performance.now();
  void stack?.stop().then(
    () => {
      console.log(`Stopped after ${seconds(stopped)}.`);
      process.exit(0);
    },
    error => giveUp(error),
  );
}

async function giveUp(error: unknown): Promise<void> {
  console.error(styleText('red', explain(error)));
  await killLeftovers(`${dir}/`);
  process.exit(1);
}

function explain(error: unknown): string {
  if (error instanceof AlreadyRunningError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${explain(error.cause)}`;
}

function say(step: string): void {
  console.log(`${styleText('dim', seconds(began).padStart(7))}  ${step}`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function readyBox({ webUrl, kubeconfig, logs }: Stack): string {
  const bold = (text: string) => styleText('bold', text);
  const here = (path: string) => relative(process.cwd(), path) || path;
  const commands = [
    `export KUBECONFIG=${kubeconfig}`,
    ...pathToKubectl(),
    'kubectl get rooms,mediapools -o wide',
    `kubectl apply -f - <<< '{"apiVersion":"parley.dev/v1alpha1","kind":"Room","metadata":{"name":"demo"},"spec":{}}'`,
  ];
  return `
  ${styleText(['green', 'bold'], 'Parley is ready')} ${styleText('dim', `after ${seconds(began)}`)}

  Open            ${styleText(['cyan', 'bold'], webUrl)}
  Use kubectl     ${commands.map(bold).join(`\n${' '.repeat(18)}`)}
  REST API        ${webUrl}/v1, its key is "apiKey" in ${here(join(dir, 'local.json'))}
  Logs            ${here(logs)}, or kubectl logs -n parley-system …
  Stop            Ctrl-C
`;
}

/** The command that puts kubectl on the PATH, where set-up brought the only one. */
function pathToKubectl(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some(folder => existsSync(join(folder, 'kubectl')))) return [];
  return [`export PATH="$PATH:${dirname(locateTool('kubectl'))}"`];
}
