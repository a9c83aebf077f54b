/** One trace from the click to the first frame, as a collector gets it, over a real replica, Redis and SFU. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type ProducerId, protocolRevision, protocolVersion } from '@parley/protocol';
import { startCollector, treeOf } from '@parley/telemetry/test';
import { eventually } from '@parley/testing';
import { afterAll, expect, test } from 'vitest';
import { opus } from '../testing/rtp.ts';
import { publish, useStage } from '../testing/stage.ts';

const collector = await startCollector();
const otel = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_BSP_MAX_QUEUE_SIZE: '100',
  OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
};
// Ends after those who send to it.
afterAll(() => collector[Symbol.asyncDispose]());
const stage = useStage({ replicas: 1, settings: otel, sfuSettings: otel });

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** Someone who goes on with a trace, as the client library does. */
async function enterWith(traceparent: string) {
  const auth = { version: protocolVersion, revision: protocolRevision, traceparent };
  return stage.enter('Grace', 0, { auth });
}

const ofTrace = (traceId: string) => collector.spans.filter(span => span.traceId === traceId);

const dtlsParameters = {
  role: 'client' as const,
  fingerprints: [
    {
      algorithm: 'sha-256' as const,
      value: Array.from({ length: 32 }, (_, at) => (at + 16).toString(16).toUpperCase()).join(':'),
    },
  ],
};

test('C9 a join is one trace from the click to the first frame, through signaling, Redis, the SFU and mediasoup', async () => {
  const ada = await stage.enter('Ada');
  const producerId = await publish(ada);
  const [traceId, rootId] = [hex(16), hex(8)];
  const { client, joined, id } = await enterWith(`00-${traceId}-${rootId}-00`);
  const transportId = joined.media.receive.id;
  await client.get('connectTransport', { transportId, dtlsParameters });
  const rtpCapabilities = joined.media.routerRtpCapabilities;
  const { consumers } = await client.get('subscribe', { producerIds: [producerId], rtpCapabilities });
  await client.get('pauseConsumers', { consumerIds: consumers.map(one => one.id), paused: false });
  await client.get('reportJoin', {
    agoMs: 900,
    connected: 100,
    answered: 250,
    mediaConnected: 600,
    firstFrame: 880,
  });
  await client.get('publish', {
    producerId: randomUUID() as ProducerId,
    source: 'microphone',
    rtpParameters: opus(),
  });

  const expected = [
    'client join',
    '  client answer',
    '  client connect',
    '  client first_frame',
    '  signaling signaling.connectTransport',
    '    signaling sfu.connectTransport',
    '      sfu sfu.connectTransport',
    '        sfu mediasoup.connect',
    '  signaling signaling.join',
    '    signaling redis.chatPage',
    '    signaling redis.join',
    '    signaling redis.joinTurn',
    '    signaling redis.keepActive',
    '    signaling redis.peek',
    '    signaling redis.placement',
    '    signaling redis.places',
    '    signaling sfu.openRoom',
    '      sfu sfu.openRoom',
    '    signaling sfu.openTransport',
    '      sfu sfu.openTransport',
    '        sfu mediasoup.createWebRtcTransport',
    '    signaling sfu.openTransport',
    '      sfu sfu.openTransport',
    '        sfu mediasoup.createWebRtcTransport',
    '  signaling signaling.pauseConsumers',
    '    signaling sfu.pauseConsumers',
    '      sfu sfu.pauseConsumers',
    '  signaling signaling.reportJoin',
    '  signaling signaling.subscribe',
    '    signaling redis.person',
    '    signaling sfu.openConsumers',
    '      sfu sfu.openConsumers',
    '        sfu mediasoup.consume',
    '  client transport',
  ];
  await eventually('the spans', () => ofTrace(traceId).length >= expected.length);
  const spans = ofTrace(traceId);
  expect(treeOf(spans)).toEqual(expected);

  const [root] = spans.filter(span => span.parentSpanId === undefined);
  expect(root).toMatchObject({
    spanId: rootId,
    attributes: { 'parley.room': stage.room.key, 'parley.participant': id },
  });
  const named = (name: string) => spans.find(span => span.name === name);
  const lengths = ['join', 'connect', 'answer', 'transport', 'first_frame'].map(name => {
    const span = named(name);
    return Math.round((span?.endMs ?? 0) - (span?.startMs ?? 0));
  });
  expect(lengths).toEqual([880, 100, 150, 350, 280]);
  expect(named('redis.join')?.attributes).toMatchObject({ 'db.system.name': 'redis' });
  expect(JSON.stringify(spans)).not.toContain('Grace');
  expect(JSON.stringify(spans)).not.toContain(joined.sessionSecret);

  const later = await eventually('what came later', () =>
    collector.spans.find(
      span => span.name === 'signaling.publish' && span.links.some(link => link.traceId === traceId),
    ),
  );
  expect(later.traceId).not.toBe(traceId);
  await eventually('all of it', () => treeOf(ofTrace(later.traceId)).includes('      sfu mediasoup.produce'));
});

test('a collector that never answers keeps no join waiting, and what does not fit is counted', async () => {
  collector.answer = () => {};
  const dropped = async () => {
    const metrics = await (await fetch(`${stage.replica(0).url}/metrics`)).text();
    return Number(/^parley_traces_spans_total{outcome="dropped"} (\d+)$/m.exec(metrics)?.[1]);
  };
  // Twenty or so spans each.
  for (let people = 0; people < 12; people++) await stage.enter(`Guest ${people}`);
  expect(await dropped()).toBeGreaterThan(0);
  collector.answer = 'take';
  collector.spans.length = 0;
  await eventually('traces again', async () => {
    await stage.enter();
    return collector.spans.length > 0;
  });
});
