import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import { scrapeFigures } from '../scrape.ts';
import { now } from './clock.ts';
import type { Moment } from './crowd.ts';
import { delays } from './delays.ts';
import { deal, seats } from './places.ts';
import { Stage } from './stage.ts';

/** What has not arrived so long after the last message was answered, in ms, is lost. */
const arrivingMs = 10_000;

interface Shape {
  rooms: number;
  size: number;
  publishers: number;
  /** How often somebody speaks, in all rooms together. */
  perSecond: number;
}

/** How long it takes until everyone else in a room hears of what one did: in one large room, and in many small ones. */
export async function fanout(options: BenchmarkOptions): Promise<Measured> {
  const clients = options.clients ?? 5_000;
  const large = { rooms: 1, size: Math.min(100, clients), publishers: Math.min(10, clients), perSecond: 10 };
  const many = Math.min(1_000, Math.ceil(clients / 5));
  const small = { rooms: many, size: 5, publishers: 1, perSecond: Math.min(100, many) };
  const figures: Figure[] = [];
  let programs: Record<string, string> = {};
  for (const shape of [large, small]) {
    // A stage of its own, as an SFU takes so many rooms and no more.
    await using stage = await Stage.start(options);
    const servers = [await stage.startReplica(), await stage.startReplica()];
    figures.push(...(await measure(stage, servers, shape, options)));
    programs = await stage.programs();
  }
  return { figures, programs };
}

async function measure(
  stage: Stage,
  servers: readonly ServerProcess[],
  { rooms, size, publishers, perSecond }: Shape,
  { say, signal, seconds = 20 }: BenchmarkOptions,
): Promise<Figure[]> {
  const { crowds } = stage;
  const what = rooms === 1 ? `a room of ${size}` : `${rooms} rooms of ${size}`;
  say(`Fan-out: ${rooms * size} people enter ${what}.`);
  const keys = await stage.makeRooms(rooms, size);
  const all = seats({ kind: 'parley', servers, rooms: keys, size, publishers });
  await Promise.all(deal(all, crowds).map(([crowd, places]) => crowd.call('enter', places)));
  signal.throwIfAborted();

  say(`Fan-out: ${perSecond} times a second somebody mutes or unmutes, for ${seconds} s.`);
  const each = { perSecond: perSecond / crowds.length, seconds };
  const spoken = await Promise.all(crowds.map(crowd => crowd.call('speak', each)));
  const expected = spoken.reduce((sum, one) => sum + one, 0) * (size - 1);
  const said: Moment[] = [];
  const heard: Moment[] = [];
  for (const end = now() + arrivingMs; heard.length < expected && now() < end; ) {
    await sleep(100, undefined, { signal });
    for (const moments of await Promise.all(crowds.map(crowd => crowd.call('moments')))) {
      said.push(...moments.said);
      heard.push(...moments.heard);
    }
  }
  const ms = delays(said, heard);
  const scenario = 'fanout';
  const scrapes = await Promise.all([
    ...servers.slice(0, 1).map(server => scrapeFigures(scenario, `a replica, ${what}`, server)),
    scrapeFigures(scenario, `the SFU, ${what}`, { url: stage.sfu.controlUrl }),
  ]);
  return [
    { scenario, name: `${what}, p50`, value: quantile(ms, 0.5), unit: 'ms' },
    { scenario, name: `${what}, p99`, value: quantile(ms, 0.99), unit: 'ms' },
    { scenario, name: `${what}, not heard`, value: expected - heard.length, unit: '', aim: { atMost: 0 } },
    ...scrapes.flat(),
  ];
}
