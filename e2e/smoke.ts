/**
 * `npm run smoke`: is this machine fine? Starts a cluster of its own, applies a Room with kubectl, joins it with real
 * browsers and prints what it saw; status 0 only if all of it holds. `--json` prints one JSON object instead.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startStack } from '@parley/local';
import { eventually } from '@parley/testing';
import { launchBrowser } from './browser.ts';
import { kubectl, roomManifest } from './kubectl.ts';
import { scrape } from './metrics.ts';
import { Person } from './person.ts';
import { judge, type SmokeFigures, table } from './smoke-report.ts';

const measuredSeconds = 5;
const names = ['Ada', 'Grace'];

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (flags.help) {
  console.log(
    'npm run smoke [-- --json]   checks that this machine can hold a call; --json prints one JSON object',
  );
  process.exit(0);
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)));
}

const figures: SmokeFigures = { firstFrameMs: [], framesPerSecond: [], audioEnergy: [] };
let error: string | undefined;
try {
  await run(figures, stopped.signal);
} catch (cause) {
  error = cause instanceof Error ? cause.message : String(cause);
}

const rows = judge(figures, names.length);
const ok = error === undefined && rows.every(row => row.ok);
if (flags.json)
  console.log(JSON.stringify({ ok, ...(error === undefined ? {} : { error }), figures, checks: rows }));
else {
  console.log(`\n${table(rows, process.stdout.isTTY)}`);
  console.log(error ? `\n${error}` : ok ? '\nThis machine is fine.' : '\nThis machine is not fine.');
}
process.exitCode = ok ? 0 : 1;

/** Fills `figures` as far as it gets. */
async function run(figures: SmokeFigures, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'parley-smoke-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));

  say('Starting a cluster …');
  const stack = await startStack({ dir, entrancePort: 0, signal });
  cleanup.defer(() => stack.stop());
  const kube = kubectl(stack.kubeconfig);

  say('Applying a Room …');
  const applied = performance.now();
  const spec = { displayName: 'Smoke test', maxParticipants: names.length, topology: 'SFU' };
  await kube.apply(roomManifest('smoke', spec));
  await kube('wait', 'room/smoke', '--for=condition=Ready', '--timeout=20s');
  figures.readyMs = performance.now() - applied;
  signal.throwIfAborted();

  say(`Joining with ${names.length} browser windows …`);
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const people = await Promise.all(
    names.map(name => Person.join(browser, { webUrl: stack.webUrl, room: 'smoke', name })),
  );
  signal.throwIfAborted();

  say('Looking and listening …');
  for (const person of people) await person.seesAndHears(names.length - 1);
  const before = await Promise.all(people.map(person => person.stats()));
  await sleep(measuredSeconds * 1000, undefined, { signal });
  const after = await Promise.all(people.map(person => person.stats()));
  after.forEach((stats, index) => {
    if (stats.joinMs.firstFrame !== undefined) figures.firstFrameMs.push(stats.joinMs.firstFrame);
    for (const stream of stats.received) {
      const earlier = before[index]?.received.find(
        other => other.source === stream.source && other.participantId === stream.participantId,
      );
      if (!earlier) continue;
      if (stream.source === 'camera') {
        figures.framesPerSecond.push((stream.framesDecoded - earlier.framesDecoded) / measuredSeconds);
      }
      if (stream.source === 'microphone') {
        figures.audioEnergy.push(stream.totalAudioEnergy - earlier.totalAudioEnergy);
      }
    }
  });

  const signaling = stack.prometheusTargets
    .filter(target => target.labels.component === 'signaling')
    .flatMap(target => target.targets);
  const sockets = await Promise.all(signaling.map(address => scrape(address, 'parley_signaling_sockets')));
  figures.replicas = sockets.filter(count => count > 0).length;
  // Live figures reach a Room's status at most every 10 s.
  figures.participants = await eventually(
    'the participants in kubectl get rooms',
    async () => {
      const seen = Number((await kube('get', 'rooms', 'smoke', '--no-headers')).split(/\s+/)[2]);
      return seen === names.length && seen;
    },
    15_000,
  );
  say(await kube('get', 'rooms,mediapools', '-o', 'wide'));
}
