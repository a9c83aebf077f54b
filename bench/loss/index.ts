import { join } from 'node:path';
import { servePage } from '@parley/client/test';
import { launchBrowser, openPage } from '@parley/e2e/browser';
import { roomKey } from '@parley/protocol';
import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { type Benchmark, type BenchmarkOptions, type Measured, runScenarios } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import type {} from '../move/page/main.ts';
import { LossyCluster } from './cluster.ts';

/** How often an SFU is lost, unless it is said. */
const defaultLosses = 20;

/** How long people may take to be back, in ms. */
const backMs = 60_000;

/**
 * How an SFU goes. `killed`: its process, so that the kernel closes its connections. `silent`: it and its workers stand still, and nothing
 * says so, as where a node loses its power.
 */
const ways = { killed: 'SIGKILL', silent: 'SIGSTOP' } as const;

/** Two people in real browsers whose SFU is lost, in the one-machine cluster. */
export const lossBenchmark: Benchmark = {
  name: 'loss',
  what: 'how long people are without pictures when their SFU is lost, and what takes that time',
  scenarios: Object.keys(ways),
  size: 'clients',
  run: options =>
    runScenarios({ killed: each => lose('killed', each), silent: each => lose('silent', each) }, options),
};

/** What happened after a loss, in ms since then. */
interface Course {
  /** The operator knew that the SFU is gone. */
  detected: number;
  /** The room's new place was written. */
  placed: number;
  /** The room had media there. */
  opened: number;
  /** Other SFUs that were taken for gone. */
  mistaken: number;
  /** For each person: the call had noticed, media was renewed, and the first frame of the other was painted. */
  noticed: number[];
  renewed: number[];
  painted: number[];
}

async function lose(scenario: keyof typeof ways, options: BenchmarkOptions): Promise<Measured> {
  await using cluster = await LossyCluster.start(options);
  await using served = await servePage(join(import.meta.dirname, '../move/page'), cluster.url);
  const browser = await launchBrowser();
  try {
    const pages = [await openPage(browser, served.url), await openPage(browser, served.url)];
    const room = roomKey('default', cluster.room);
    const party = { url: cluster.url, room, camera: true };
    await Promise.all(
      pages.map((page, index) =>
        page.evaluate(one => window.gather(one, 1), { ...party, names: [`Person ${index}`] }),
      ),
    );
    const courses: Course[] = [];
    const losses = options.clients ?? defaultLosses;
    // The first one is not counted: programs are still being compiled then.
    for (let loss = 0; loss <= losses; loss++) {
      options.signal.throwIfAborted();
      const { pod, pid } = await cluster.victim();
      const start = Date.now();
      // Its media workers are of its process group.
      process.kill(-pid, ways[scenario]);
      const course = await follow(cluster, pages, start);
      if (loss > 0) courses.push(course);
      options.say(`Loss ${loss} of ${pod}: ${describe(course)}`);
      if (scenario === 'silent') process.kill(-pid, 'SIGKILL');
      await cluster.replace(pod);
    }
    return { figures: figuresOf(scenario, courses), programs: { chromium: browser.version() } };
  } finally {
    await browser.close();
  }
}

/** Waits until everybody sees the other again. */
async function follow(cluster: LossyCluster, pages: readonly Page[], start: number): Promise<Course> {
  const painted = await Promise.all(
    pages.map(page =>
      eventually(
        'a picture from another SFU',
        async () => (await page.evaluate(since => window.firstFramesSince(since), start))[0],
        backMs,
      ),
    ),
  );
  const states = await Promise.all(
    pages.map(page => page.evaluate(since => window.statesSince(since), start)),
  );
  const logs = await cluster.logsSince(start);
  const said = (message: string) => logs.find(line => line.message === message)?.at ?? Number.NaN;
  const first = (status: string) =>
    states.map(changes => (changes.find(change => change.status === status)?.at ?? Number.NaN) - start);
  return {
    detected: Math.min(...['an SFU is gone', 'an SFU has come'].map(said).filter(Number.isFinite)) - start,
    placed: (cluster.placedSince(start)[0] ?? Number.NaN) - start,
    opened: said('room has new media') - start,
    mistaken: Math.max(0, logs.filter(line => line.message === 'an SFU is gone').length - 1),
    noticed: first('reconnecting'),
    renewed: first('joined'),
    painted: painted.map(at => at - start),
  };
}

function describe({ detected, placed, opened, painted }: Course): string {
  return `detected after ${detected} ms, placed after ${placed} ms, opened after ${opened} ms, pictures after ${painted.join(' and ')} ms`;
}

function figuresOf(scenario: keyof typeof ways, courses: readonly Course[]): Figure[] {
  const times = (what: string, values: number[]): Figure[] => [
    { scenario, name: `${what}, p50`, value: quantile(values, 0.5), unit: 'ms' },
    { scenario, name: `${what}, p99`, value: quantile(values, 0.99), unit: 'ms' },
  ];
  // What no log told in time is left out.
  const each = (pick: (course: Course) => number | number[]) => courses.flatMap(pick).filter(Number.isFinite);
  const painted = each(course => course.painted);
  return [
    { scenario, name: 'losses', value: courses.length, unit: '' },
    {
      scenario,
      name: 'first picture from the new SFU, p50',
      value: quantile(painted, 0.5),
      unit: 'ms',
      ...(scenario === 'killed' && { aim: { below: 1_500 } }),
    },
    {
      scenario,
      name: 'first picture from the new SFU, p99',
      value: quantile(painted, 0.99),
      unit: 'ms',
      aim: { below: 3_000 },
    },
    {
      scenario,
      name: 'the SFU is known to be gone, p50',
      value: quantile(
        each(c => c.detected),
        0.5,
      ),
      unit: 'ms',
    },
    {
      scenario,
      name: 'the SFU is known to be gone, longest',
      value: quantile(
        each(c => c.detected),
        1,
      ),
      unit: 'ms',
      aim: { below: 2_000 },
    },
    {
      scenario,
      name: 'SFUs that live and were taken for gone',
      value: courses.reduce((sum, { mistaken }) => sum + mistaken, 0),
      unit: '',
      aim: { atMost: 0 },
    },
    ...times(
      'the room is placed anew',
      each(c => c.placed),
    ),
    ...times(
      'the room has media there',
      each(c => c.opened),
    ),
    ...times(
      'the call says that it is interrupted',
      each(c => c.noticed),
    ),
    ...times(
      'the call goes on',
      each(c => c.renewed),
    ),
  ];
}
