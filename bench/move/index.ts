import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { servePage } from '@parley/client/test';
import { launchBrowser, openPage } from '@parley/e2e/browser';
import type { ReadyPlacement, RoomKey } from '@parley/protocol';
import type { Page } from 'playwright-core';
import { type Benchmark, type BenchmarkOptions, type Measured, runScenarios } from '../benchmark.ts';
import { type Aim, type Figure, quantile } from '../figures.ts';
import { Stage } from '../signaling/stage.ts';
import { freezes, longestGapMs, lowMs } from './gaps.ts';

/** How often a room is moved, unless it is said. */
const defaultMoves = { pair: 50, twenty: 5 };

/** How long pictures are watched before and from the beginning of each move, in ms. */
const windowMs = 2_500;

/** Rooms with people in real browsers that move from one SFU to another and back. */
export const moveBenchmark: Benchmark = {
  name: 'move',
  what: 'what people notice when their room moves to another SFU, and how long that takes',
  scenarios: ['pair', 'twenty'],
  size: 'clients',
  run: options => runScenarios({ pair, twenty }, options),
};

/** Two people who see and hear each other; `--clients` says how often they move. */
async function pair(options: BenchmarkOptions): Promise<Measured> {
  return onStage(options, async ({ stage, room, sfus, pages: [one, other], enter, programs }) => {
    await Promise.all([enter(one, ['Ada'], true, 1), enter(other, ['Grace'], true, 1)]);
    const exchangesMs: number[] = [];
    const moving = { freezes: [] as number[], gapsMs: [] as number[] };
    const calm: typeof moving = { freezes: [], gapsMs: [] };
    const lowsMs: number[] = [];
    const tookMs: number[] = [];
    const moves = options.clients ?? defaultMoves.pair;
    // The first one is not counted: programs are still being compiled then.
    for (let move = 0; move <= moves; move++) {
      options.signal.throwIfAborted();
      await sleep(windowMs);
      const start = Date.now();
      const ms = await stage.move(room, sfus[(move + 1) % 2] ?? sfus[0]);
      await sleep(Math.max(0, start + windowMs - Date.now()));
      const seen = await Promise.all([one, other].map(page => look(page, start)));
      if (move === 0) continue;
      tookMs.push(ms);
      exchangesMs.push(...seen.flatMap(({ exchanges }) => exchanges));
      lowsMs.push(...seen.flatMap(({ heights }) => heights.map(each => lowMs(each, start))));
      for (const times of seen.flatMap(({ painted }) => painted)) {
        for (const [into, from] of [
          [calm, start - windowMs],
          [moving, start],
        ] as const) {
          const within = times.filter(time => time >= from && time < from + windowMs);
          into.freezes.push(freezes(within));
          into.gapsMs.push(longestGapMs(within));
        }
      }
      options.say(
        `Move ${move}: ${ms.toFixed(0)} ms; pictures were exchanged within ${quantile(exchangesMs, 1)} ms`,
      );
    }
    const sum = (values: number[]) => values.reduce((all, each) => all + each, 0);
    const figure = (name: string, value: number, unit = '', aim?: Aim): Figure => ({
      scenario: 'pair',
      name,
      value,
      unit,
      ...(aim && { aim }),
    });
    return {
      figures: [
        figure('moves', moves),
        figure('pictures exchanged', exchangesMs.length),
        ...ofTimes(
          'pair',
          'between the last frame from the old SFU and the first from the new',
          exchangesMs,
          { p99: 150 },
        ),
        figure('freezes of a picture in a move, p50', quantile(moving.freezes, 0.5), '', { atMost: 0 }),
        figure('freezes in all moves', sum(moving.freezes)),
        figure('freezes in as much calm time', sum(calm.freezes)),
        ...ofTimes('pair', 'longest gap of a picture in a move, beyond the usual', moving.gapsMs),
        ...ofTimes('pair', 'the same in as much calm time', calm.gapsMs),
        ...ofTimes('pair', 'a picture is smaller than before the move', lowsMs),
        ...ofTimes('pair', 'from the decision to the end of the move', tookMs),
        figure('interruptions', await interruptions([one, other]), '', { atMost: 0 }),
      ],
      programs,
    };
  });
}

/** Twenty who talk, in two browser windows. */
async function twenty(options: BenchmarkOptions): Promise<Measured> {
  return onStage(options, async ({ stage, room, sfus, pages: [one, other], enter, programs }) => {
    const names = (prefix: string) => Array.from({ length: 10 }, (_, number) => `${prefix} ${number}`);
    await Promise.all([enter(one, names('left'), false, 19), enter(other, names('right'), false, 19)]);
    const tookMs: number[] = [];
    for (let move = 0; move < defaultMoves.twenty; move++) {
      options.signal.throwIfAborted();
      tookMs.push(await stage.move(room, sfus[(move + 1) % 2] ?? sfus[0]));
      options.say(`Move ${move + 1} of twenty people: ${tookMs.at(-1)?.toFixed(0)} ms`);
    }
    return {
      figures: [
        ...ofTimes('twenty', 'from the decision to the end of the move', tookMs),
        {
          scenario: 'twenty',
          name: 'interruptions',
          value: await interruptions([one, other]),
          unit: '',
          aim: { atMost: 0 },
        },
      ],
      programs,
    };
  });
}

interface Scene {
  stage: Stage;
  room: RoomKey;
  sfus: readonly [ReadyPlacement['sfu'], ReadyPlacement['sfu']];
  pages: readonly [Page, Page];
  enter: (page: Page, names: string[], camera: boolean, others: number) => Promise<void>;
  programs: Record<string, string>;
}

async function onStage(
  options: BenchmarkOptions,
  play: (scene: Scene) => Promise<Measured>,
): Promise<Measured> {
  await using stage = await Stage.start(options);
  const replica = await stage.startReplica();
  const url = `http://127.0.0.1:${replica.port}`;
  await using served = await servePage(join(import.meta.dirname, 'page'), url);
  const sfus = [stage.sfu, await stage.startSfu('other')] as const;
  const [room] = await stage.makeRooms(1, 50);
  if (!room) throw new Error('There is no room.');
  const browser = await launchBrowser();
  try {
    const pages = [await openPage(browser, served.url), await openPage(browser, served.url)] as const;
    const enter: Scene['enter'] = (page, names, camera, others) =>
      page.evaluate(([party, count]) => window.gather(party, count), [
        { url, room, names, camera },
        others,
      ] as const);
    const programs = { ...(await stage.programs()), chromium: browser.version() };
    return await play({ stage, room, sfus, pages, enter, programs });
  } finally {
    await browser.close();
  }
}

interface Seen {
  painted: number[][];
  heights: { at: number; height: number }[][];
  exchanges: number[];
}

/** When frames were painted in the calm and the move, for each person who is seen, and how long each exchange of pictures took. */
async function look(page: Page, start: number): Promise<Seen> {
  return page.evaluate(
    ([from, since]) => ({
      painted: window.paintedSince(from),
      heights: window.heightsSince(from),
      exchanges: window.exchangedSince(since),
    }),
    [start - windowMs, start] as const,
  );
}

async function interruptions(pages: readonly Page[]): Promise<number> {
  const all = await Promise.all(pages.map(page => page.evaluate(() => window.interruptions())));
  return all.reduce((sum, one) => sum + one, 0);
}

function ofTimes(scenario: string, what: string, values: number[], aims: { p99?: number } = {}): Figure[] {
  const figure = (name: string, value: number): Figure => ({
    scenario,
    name: `${what}, ${name}`,
    value,
    unit: 'ms',
  });
  const p99 = figure('p99', quantile(values, 0.99));
  return [
    figure('p50', quantile(values, 0.5)),
    aims.p99 === undefined ? p99 : { ...p99, aim: { below: aims.p99 } },
    figure('longest', quantile(values, 1)),
  ];
}
