import type { MediaSource, Producer, ProducerId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { producer } from '../room/fixtures.ts';
import { HandOver, paintMs } from './hand-over.ts';
import type { Scene } from './scene.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const [camera, microphone] = [producer('c', 'camera'), producer('m', 'microphone')];

/** Two ways, of which each has brought so many frames or packets. */
function world(theirs: Producer[], unseen: MediaSource[] = []) {
  const came = { direct: 0, sfu: 0 };
  const report = async (way: keyof typeof came, kind: string) =>
    new Map([
      ['S', { type: 'inbound-rtp', kind, framesDecoded: came[way], packetsReceived: came[way] }],
    ]) as unknown as RTCStatsReport;
  const scene: Scene = {
    theirs,
    own: [],
    sent: new Map(),
    isSeen: source => !unseen.includes(source),
    consumer: id => {
      const { kind = 'video' } = theirs.find(one => one.id === id) ?? {};
      return { kind, closed: false, getStats: () => report('sfu', kind) };
    },
    otherConnected: true,
  };
  const handOver = new HandOver(
    ({ kind }) => ({ kind, isClosed: () => false, getStats: () => report('direct', kind) }),
    () => {},
  );
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const ways = (id: ProducerId = camera.id) => ({
    shown: handOver.shows(id) ? 'direct' : 'sfu',
    sfu: handOver.covers(id) ? 'paused' : 'flows',
  });
  return { scene, came, handOver, wait, ways };
}

test('D6 what has arrived directly is shown, and leaves the SFU once it is painted', async () => {
  const { scene, came, handOver, wait, ways } = world([camera]);
  handOver.take(scene);
  await wait(1_000);
  came.direct = 2;
  await wait(100);
  expect([handOver.take(scene), ways()]).toEqual([false, { shown: 'sfu', sfu: 'flows' }]);
  came.direct = 5;
  await wait(100);
  expect([handOver.take(scene), ways()]).toEqual([true, { shown: 'direct', sfu: 'flows' }]);
  await wait(paintMs);
  expect([handOver.take(scene), ways()]).toEqual([true, { shown: 'direct', sfu: 'paused' }]);
  handOver.close();
});

test('D6 it is shown until it has arrived from the SFU again, where nothing counts that came before', async () => {
  const { scene, came, handOver, wait, ways } = world([camera, microphone]);
  came.sfu = 500;
  handOver.take(scene);
  came.direct = 100;
  await wait(200);
  handOver.take(scene);
  await wait(paintMs);

  expect(handOver.give(scene)).toEqual({ news: true, done: false });
  await wait(1_000);
  expect(ways()).toEqual({ shown: 'direct', sfu: 'flows' });
  came.sfu = 505;
  await wait(100);
  expect(handOver.give(scene)).toEqual({ news: true, done: false });
  expect([ways(), ways(microphone.id)]).toEqual(Array(2).fill({ shown: 'sfu', sfu: 'flows' }));
  await wait(paintMs);
  expect([handOver.give(scene).done, handOver.ids]).toEqual([true, []]);
  handOver.close();
});

test('what is muted, or out of sight, is waited for on neither way', async () => {
  const muted = producer('m', 'microphone', true);
  const { scene, handOver, wait, ways } = world([camera, muted], ['camera']);
  handOver.take(scene);
  await wait(paintMs);
  expect([ways(), ways(muted.id)]).toEqual(Array(2).fill({ shown: 'direct', sfu: 'paused' }));
  handOver.give(scene);
  await wait(paintMs);
  expect(handOver.give(scene).done).toBe(true);
  handOver.close();
});
