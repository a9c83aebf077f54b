/** `npm run bench -- <name>`: measures a part of Parley on this machine. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { isMet, table } from './figures.ts';
import { joinBenchmark } from './join/index.ts';
import { lossBenchmark } from './loss/index.ts';
import { thisMachine } from './machine.ts';
import { moveBenchmark } from './move/index.ts';
import { operator } from './operator/index.ts';
import { pageBenchmark } from './page/index.ts';
import { sfu } from './sfu/index.ts';
import { signaling } from './signaling/index.ts';
import { telemetry } from './telemetry/index.ts';

const benchmarks: readonly Benchmark[] = [
  operator,
  signaling,
  sfu,
  joinBenchmark,
  moveBenchmark,
  lossBenchmark,
  telemetry,
  pageBenchmark,
];

const usage = `npm run bench -- <name> [--json] [--rooms N | --clients N] [--seconds N] [--only scenario,…] [--profiles folder]

${benchmarks.map(({ name, what, scenarios }) => `  ${name}   ${what} (scenarios: ${scenarios.join(', ')})`).join('\n')}

  --json       one JSON object on standard output instead of a table
  --rooms      how many Rooms there are at once (operator)
  --clients    how many clients there are at once (signaling, sfu), how many join one after the other (join),
               how often a room moves (move), an SFU is lost (loss), or a page is loaded (page)
  --seconds    how long what is steady is watched
  --only       runs these scenarios alone
  --profiles   writes CPU profiles of what is measured into this folder`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rooms: { type: 'string' },
    clients: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    profiles: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const benchmark = benchmarks.find(({ name }) => name === positionals[0]);
const only = flags.only?.split(',');
const unknown = only?.filter(name => !benchmark?.scenarios.includes(name)) ?? [];
const size = benchmark?.size === 'rooms' ? 'clients' : 'rooms';
if (!benchmark || unknown.length > 0 || flags[size] !== undefined) {
  if (unknown.length > 0) console.error(`There is no scenario ${unknown.join(', ')}.\n`);
  else if (benchmark) console.error(`The size of ${benchmark.name} is not given by --${size}.\n`);
  console.error(usage);
  process.exit(2);
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)));
}

const { figures, programs } = await benchmark.run({
  rooms: positive('rooms'),
  clients: positive('clients'),
  seconds: positive('seconds'),
  only,
  profiles: flags.profiles && resolve(flags.profiles),
  say: text => process.stderr.write(`${text}\n`),
  signal: stopped.signal,
});
const machine = thisMachine(programs);
if (flags.json) {
  console.log(
    JSON.stringify({
      benchmark: benchmark.name,
      machine,
      figures: figures.map(one => ({ ...one, met: isMet(one) })),
    }),
  );
} else {
  const { cores, processor, memoryGiB, kernel, node } = machine;
  const versions = Object.entries({ Node: node, ...programs }).map(([name, version]) => `${name} ${version}`);
  console.log(`${cores} × ${processor}, ${memoryGiB} GiB, Linux ${kernel}, ${versions.join(', ')}\n`);
  console.log(table(figures));
}
process.exitCode = figures.every(figure => isMet(figure) !== false) ? 0 : 1;

function positive(name: 'rooms' | 'clients' | 'seconds'): number | undefined {
  const given = flags[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} has to be a whole number above 0, not "${given}".`);
  process.exit(2);
}
