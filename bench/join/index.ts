import { join } from 'node:path';
import { servePage } from '@parley/client/test';
import { launchBrowser, openPage } from '@parley/e2e/browser';
import type { Page } from 'playwright-core';
import { type Benchmark, type BenchmarkOptions, type Measured, runScenarios } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import { Stage } from '../signaling/stage.ts';
import { farFrom } from './distance.ts';

/** How many people join one after the other, unless it is said. */
const defaultJoins = 20;
/** How long a message to signaling takes where that is far, in ms. The media stay near. */
const farMs = 50;

/** People in real browsers who join somebody who is there, each with camera and microphone. */
export const joinBenchmark: Benchmark = {
  name: 'join',
  what: 'how long a person in a browser waits from the click until they see and are seen',
  scenarios: ['near', 'far'],
  size: 'clients',
  run: options =>
    runScenarios({ near: all => scenario('near', 0, all), far: all => scenario('far', farMs, all) }, options),
};

interface Times {
  answered: number;
  firstFrame: number;
  seen: number;
}

async function scenario(name: string, ms: number, options: BenchmarkOptions): Promise<Measured> {
  await using stage = await Stage.start(options);
  const replica = await stage.startReplica();
  await using way = await farFrom(replica.port, ms);
  await using page = await servePage(join(import.meta.dirname, 'page'), way.url);
  const browser = await launchBrowser();
  try {
    const [room] = await stage.makeRooms(1, 50);
    if (!room) throw new Error('There is no room.');
    const [host, guest] = await Promise.all([openPage(browser, page.url), openPage(browser, page.url)]);
    await host.evaluate(entrance => window.enter(entrance), { url: way.url, room, name: 'Host' });
    const times: Times[] = [];
    const joins = options.clients ?? defaultJoins;
    // The first one is not counted: the browser still starts its camera and codecs then.
    for (let number = 0; number <= joins; number++) {
      options.signal.throwIfAborted();
      const one = await joinOnce(host, guest, { url: way.url, room, name: `Guest ${number}` });
      if (number > 0) times.push(one);
      options.say(`Join ${number}, signaling ${name}: sees after ${one.firstFrame.toFixed(0)} ms`);
    }
    return {
      figures: [
        ...figures(name, 'answer of join', times, ({ answered }) => answered),
        ...figures(name, 'first frame of the other', times, ({ firstFrame }) => firstFrame),
        ...figures(name, 'first frame at the other', times, ({ seen }) => seen),
      ],
      programs: { ...(await stage.programs()), chromium: browser.version() },
    };
  } finally {
    await browser.close();
  }
}

async function joinOnce(
  host: Page,
  guest: Page,
  entrance: { url: string; room: string; name: string },
): Promise<Times> {
  await guest.reload();
  const seenAt = host.evaluate(name => window.firstFrameOf(name), entrance.name);
  const clickedAt = await guest.evaluate(all => window.enter(all), entrance);
  const { answered, firstFrame } = await guest.evaluate(() => window.joinMs());
  const seen = (await seenAt) - clickedAt;
  await guest.evaluate(() => window.leave());
  return { answered, firstFrame, seen };
}

function figures(scenario: string, what: string, times: Times[], read: (times: Times) => number): Figure[] {
  const values = times.map(read);
  return [0.5, 0.9].map(share => ({
    scenario,
    name: `${what}, p${share * 100}`,
    value: quantile(values, share),
    unit: 'ms',
  }));
}
