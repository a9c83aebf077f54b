import { QualityScore, qualityLeaseMs, redisKeys } from '@parley/protocol';
import { eventually, startRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { cleanup } from 'node-datachannel';
import { afterAll, describe, expect, it } from 'vitest';
import { qualityOf } from './quality.ts';
import { createSender, rtpPacket } from './test-peer.ts';
import { call, newProducer, openSession, opus, startSfu } from './test-sfu.ts';

afterAll(() => cleanup());

type Parameters = globalThis.Parameters<typeof qualityOf>;
const sent = (scores: number[], paused = false): Parameters[0][number] => ({
  paused,
  score: scores.map((score, encodingIdx) => ({ score, encodingIdx, ssrc: encodingIdx })),
});
const received = (score: number, more: object = {}): Parameters[1][number] => ({
  paused: false,
  producerPaused: false,
  score: { score, producerScore: 10, producerScores: [] },
  ...more,
});

describe('qualityOf', () => {
  it.each<[string, Parameters[0], Parameters[1], number | undefined]>([
    ['nothing flows', [], [], undefined],
    ['all is well', [sent([10])], [received(10)], 100],
    ['half of it arrives badly', [sent([10])], [received(5)], 75],
    ['nothing arrives', [sent([0])], [], 0],
    ['the best layer of a simulcast counts', [sent([0, 9, 10])], [], 100],
    [
      'who is muted does not count',
      [sent([10]), sent([0], true)],
      [received(0, { producerPaused: true })],
      100,
    ],
    ['what a person does not look at does not count', [sent([10])], [received(0, { paused: true })], 100],
    ['what was never sent does not count', [sent([])], [], undefined],
    [
      'nor does it where it should be received',
      [sent([10])],
      [received(10, { score: { score: 10, producerScore: 0, producerScores: [] } })],
      100,
    ],
  ])('%s', (_, producers, consumers, quality) => expect(qualityOf(producers, consumers)).toBe(quality));
});

it('an SFU says how its rooms fare, only while there is media', async () => {
  await using server = await startRedis();
  const redis = new Redis(server.url);
  await using test = await startSfu({ redisUrl: server.url });
  const base = test.sfu.controlUrl;
  const key = redisKeys.quality(test.settings.pod);
  const ssrc = 815;
  const { params, send } = await openSession(base);
  using peer = await createSender(send, ssrc);
  const transport = { ...params, transport: send.id };
  await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
  peer.start();
  const microphone = {
    kind: 'audio',
    source: 'microphone',
    rtpParameters: opus(ssrc),
    paused: false,
  } as const;
  await call(base, 'openProducer', { ...params, producer: newProducer() }, microphone);
  await eventually('the peer to be connected', () => peer.track.isOpen());
  expect(await redis.exists(key)).toBe(0);

  let sequenceNumber = 1;
  const said = await eventually(
    'the score',
    async () => {
      peer.track.sendMessageBinary(rtpPacket(ssrc, sequenceNumber++, 'hello'));
      return (await redis.hget(key, params.room)) ?? undefined;
    },
    20_000,
  );
  expect(QualityScore.parse(said)).toBeGreaterThan(50);
  const ttl = await redis.pttl(key);
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(qualityLeaseMs);

  await call(base, 'closeRoom', params, {});
  await eventually('nothing to be said', async () => (await redis.exists(key)) === 0, 20_000);
  redis.disconnect();
}, 60_000);
