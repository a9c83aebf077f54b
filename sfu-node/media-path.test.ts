import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createReceiver, createSender, rtpPacket } from './test-peer.ts';
import { call, newProducer, openSession, opus, request, startSfu, type TestSfu } from './test-sfu.ts';
import { bindOverTcp } from './test-stun.ts';

let test: TestSfu;
beforeAll(async () => {
  test = await startSfu();
});
afterAll(async () => {
  cleanup();
  await test?.[Symbol.asyncDispose]();
});

it('carries sound from one peer to another', async () => {
  const base = test.sfu.controlUrl;
  const ssrc = 4711;
  const sender = await openSession(base);
  const receiver = await openSession(base, sender.room);

  using from = await createSender(sender.send, ssrc);
  const sending = { ...sender.params, transport: sender.send.id };
  await call(base, 'connectTransport', sending, { dtlsParameters: from.dtlsParameters });
  from.start();
  const producer = newProducer();
  const microphone = {
    kind: 'audio',
    source: 'microphone',
    rtpParameters: opus(ssrc),
    paused: false,
  } as const;
  await call(base, 'openProducer', { ...sender.params, producer }, microphone);

  const wanted = { producerIds: [producer], rtpCapabilities: sender.rtpCapabilities };
  const { consumers } = await call(base, 'openConsumers', receiver.params, wanted);
  const consumer = consumers[0];
  if (!consumer) throw new Error('There is no consumer.');
  using to = await createReceiver(receiver.receive, consumer.rtpParameters);
  const received = new Set<string>();
  to.track.onMessage(packet => received.add(packet.toString('latin1')));
  const receiving = { ...receiver.params, transport: receiver.receive.id };
  await call(base, 'connectTransport', receiving, { dtlsParameters: to.dtlsParameters });
  to.start();

  await eventually('both to be connected', () => from.track.isOpen() && to.track.isOpen());
  let sequenceNumber = 1;
  const send = () => from.track.sendMessageBinary(rtpPacket(ssrc, sequenceNumber++, 'are you there'));
  const heard = () => [...received].some(packet => packet.includes('are you there'));

  // A consumer is paused until its receiver says that it is ready.
  for (let packet = 0; packet < 20; packet++) send();
  await eventually('the SFU to be connected to both', async () => {
    const { text } = await request(`${base}/metrics`);
    return text.includes('parley_sfu_transports{state="connected",protocol="udp"} 2');
  });
  expect(heard()).toBe(false);

  await call(base, 'pauseConsumers', receiver.params, { consumerIds: [consumer.id], paused: false });
  await eventually('sound', () => {
    send();
    return heard();
  });
  await call(base, 'closeRoom', sender.params, {});
});

// node-datachannel's TCP loses packets now and then. Browsers are what media over TCP is tested with; this is the path to it.
it('lets peers in by TCP', async () => {
  const base = test.sfu.controlUrl;
  const { params, send } = await openSession(base);
  const candidate = send.iceCandidates.find(({ protocol }) => protocol === 'tcp');
  if (!candidate) throw new Error('There is no TCP candidate.');
  using socket = await bindOverTcp(candidate, send.iceParameters);
  expect(socket.answer).toBe('success');
  await eventually('the SFU to choose that path', async () => {
    const { text } = await request(`${base}/metrics`);
    return text.includes('parley_sfu_transports{state="new",protocol="tcp"} 1');
  });
  await call(base, 'closeRoom', params, {});
});

it('lets nobody in by TCP without the password of the transport', async () => {
  const base = test.sfu.controlUrl;
  const { params, send } = await openSession(base);
  const candidate = send.iceCandidates.find(({ protocol }) => protocol === 'tcp');
  if (!candidate) throw new Error('There is no TCP candidate.');
  using socket = await bindOverTcp(candidate, { ...send.iceParameters, password: 'guessed' });
  expect(socket.answer).toBe('error');
  await call(base, 'closeRoom', params, {});
});
