import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, openSession, request, startSfu, type TestSfu } from './test-sfu.ts';
import { Camera, hears, listen, Speaker, watch } from './test-talk.ts';

let test: TestSfu;
/** Before anybody came. */
let first: string[];
beforeAll(async () => {
  test = await startSfu();
  first = await series();
});
afterAll(async () => {
  cleanup();
  await test?.[Symbol.asyncDispose]();
});

/** The names of all series but those of calls, which come with the first of each kind. */
async function series(): Promise<string[]> {
  const { text } = await request(`${test.sfu.controlUrl}/metrics`);
  const lines = text.split('\n').filter(line => /^parley_sfu_(?!control_call)/.test(line));
  return lines.map(line => line.replace(/ \S+$/, ''));
}

/** The value of one series. */
async function figure(series: string): Promise<number> {
  const { text } = await request(`${test.sfu.controlUrl}/metrics`);
  const line = text.split('\n').find(each => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`There is no ${series}.`);
  return Number(line.slice(series.length + 1));
}

const packets = (direction: string) =>
  figure(`parley_sfu_rtp_packets_total{direction="${direction}",kind="audio"}`);

it('counts all packets of who goes, once, also of those who listen to them', async () => {
  const base = test.sfu.controlUrl;
  const one = await openSession(base);
  const other = await openSession(base, one.room);
  using speaker = await Speaker.start(base, one, 4711);
  using listener = await listen(base, other, speaker.producer);
  await hears(listener, speaker);
  await eventually('the first round', async () => (await packets('received')) > 0);
  expect(await figure('parley_sfu_streams{direction="received",kind="audio",grade="good"}')).toBe(1);
  expect(await figure('parley_sfu_streams{direction="sent",kind="audio",grade="good"}')).toBe(1);

  // Between two rounds they go.
  for (let packet = 0; packet < 200; packet++) speaker.say();
  speaker.say(', over');
  await eventually('all to be heard', () => listener.last.includes('over'));
  await call(base, 'closeParticipant', one.params, {});
  await eventually('what was sent to be counted', async () => (await packets('sent')) >= listener.packets);
  const said = await packets('received');
  expect(said).toBeGreaterThanOrEqual(listener.packets);
  await call(base, 'closeParticipant', other.params, {});
  await call(base, 'closeRoom', { room: one.room }, {});
  expect([await packets('sent'), await packets('received')]).toEqual([listener.packets, said]);
  expect(await figure('parley_sfu_streams{direction="sent",kind="audio",grade="good"}')).toBe(0);
});

it('counts what is lost on the way, and what key frames are asked for', async () => {
  const base = test.sfu.controlUrl;
  const session = await openSession(base);
  using speaker = await Speaker.start(base, session, 4711);
  const other = await openSession(base, session.room);
  using listener = await listen(base, other, speaker.producer);
  await hears(listener, speaker);
  const lost = 'parley_sfu_rtp_packets_lost_total{direction="received",kind="audio"}';
  const before = await figure(lost);
  speaker.lose(7);
  await eventually('the loss to be counted', async () => {
    speaker.say();
    return (await figure(lost)) >= before + 7;
  });

  const third = await openSession(base, session.room);
  using camera = await Camera.start(base, third);
  const viewer = await openSession(base, session.room);
  using watcher = await watch(base, viewer, camera.producer, 0);
  await eventually('a picture', async () => {
    camera.show();
    return watcher.layers.has('layer 0') && (await figure('parley_sfu_layers_sent{layer="0"}')) === 1;
  });
  // Who watches again asks for a key frame.
  for (const paused of [true, false]) {
    await call(base, 'pauseConsumers', viewer.params, { consumerIds: [watcher.consumer], paused });
  }
  await eventually('requests for key frames to be counted', async () => {
    return (await figure('parley_sfu_plis_total{direction="received"}')) > 0;
  });
});

it('has the same series with many rooms as with none', async () => {
  await Promise.all(Array.from({ length: 50 }, () => openSession(test.sfu.controlUrl)));
  expect(await series()).toEqual(first);
});
