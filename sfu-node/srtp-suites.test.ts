import { once } from 'node:events';
import { locateTool } from '@parley/setup';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rtpPacket } from './test-peer.ts';
import { opus } from './test-sfu.ts';

const ssrc = 4711;
const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
];

let worker: types.Worker;
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'error', workerBin: locateTool('mediasoupWorker') });
});
afterAll(() => worker?.close());

// The worker that is built here has another SRTP library than the one that mediasoup publishes.
it.each([
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
] as const)('carries media under %s', async srtpCryptoSuite => {
  const [near, far] = await Promise.all([
    worker.createRouter({ mediaCodecs }),
    worker.createRouter({ mediaCodecs }),
  ]);
  const plain = {
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    enableSrtp: true,
    srtpCryptoSuite,
  } as const;
  const [out, back] = await Promise.all([near.createPlainTransport(plain), far.createPlainTransport(plain)]);
  const connect = (from: types.PlainTransport, { tuple, srtpParameters }: types.PlainTransport) =>
    from.connect({ ip: '127.0.0.1', port: tuple.localPort, srtpParameters });
  await Promise.all([connect(out, back), connect(back, out)]);

  // What is said near by goes through the two transports, encrypted, and is heard far away.
  const speaker = await near.createDirectTransport();
  const said = await speaker.produce({ kind: 'audio', rtpParameters: opus(ssrc) });
  const sent = await out.consume({ producerId: said.id, rtpCapabilities: near.rtpCapabilities });
  const arrived = await back.produce({ kind: 'audio', rtpParameters: sent.rtpParameters });
  const listener = await far.createDirectTransport();
  const heard = await listener.consume({ producerId: arrived.id, rtpCapabilities: far.rtpCapabilities });

  const packet = once(heard, 'rtp');
  let sequenceNumber = 1;
  const speaking = setInterval(() => said.send(rtpPacket(ssrc, sequenceNumber++, 'under the seal')), 20);
  const [bytes] = await packet.finally(() => clearInterval(speaking));
  expect(bytes.toString('latin1')).toContain('under the seal');
  near.close();
  far.close();
});
