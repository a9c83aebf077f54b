import { eventually, RoughNetwork } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, expect, it } from 'vitest';
import { createSender, rtpPacket } from './test-peer.ts';
import { call, newProducer, openSession, opus, request, startSfu } from './test-sfu.ts';

const ssrc = 4711;
const patienceMs = 30_000;
afterAll(() => cleanup());

it('a participant whose network is gone is known as silent, and then as one that is sent nothing more', async () => {
  await using network = new RoughNetwork(1);
  await using test = await startSfu({ limits: { consentSeconds: 12 } });
  const base = test.sfu.controlUrl;
  const has = async (metric: string) => (await request(`${base}/metrics`)).text.includes(`\n${metric}\n`);
  const { params, send } = await openSession(base);
  const udp = send.iceCandidates.filter(({ protocol }) => protocol === 'udp');
  const iceCandidates = await Promise.all(
    udp.map(async candidate => ({ ...candidate, ...(await network.door(candidate)) })),
  );
  using peer = await createSender({ ...send, iceCandidates }, ssrc);
  const sending = { ...params, transport: send.id };
  await call(base, 'connectTransport', sending, { dtlsParameters: peer.dtlsParameters });
  peer.start();
  const rtpParameters = opus(ssrc);
  const microphone = { kind: 'audio', source: 'microphone', rtpParameters, paused: false } as const;
  await call(base, 'openProducer', { ...params, producer: newProducer() }, microphone);
  await eventually('the peer to be connected', () => peer.track.isOpen());
  let sequenceNumber = 1;
  const speaking = setInterval(() => {
    if (peer.track.isOpen()) peer.track.sendMessageBinary(rtpPacket(ssrc, sequenceNumber++, 'I am here'));
  }, 100);
  try {
    const connected = 'parley_sfu_transports{state="connected",protocol="udp"} 1';
    await eventually('the SFU to be connected', () => has(connected));
    expect(await has('parley_sfu_participants_silent 0')).toBe(true);

    await network.be({ loss: 1 });
    await eventually('it to be silent', () => has('parley_sfu_participants_silent 1'), patienceMs);
    expect(await has(connected)).toBe(true);
    await network.be({});
    await eventually('it to be heard', () => has('parley_sfu_participants_silent 0'), patienceMs);

    await network.change();
    await eventually('it to be silent', () => has('parley_sfu_participants_silent 1'), patienceMs);
    const disconnected = 'parley_sfu_transports{state="disconnected",protocol="udp"} 1';
    await eventually('the end of its consent', () => has(disconnected), patienceMs);
    expect(await has('parley_sfu_participants_silent 1')).toBe(true);
  } finally {
    clearInterval(speaking);
  }
  await call(base, 'closeRoom', params, {});
  expect(await has('parley_sfu_participants_silent 0')).toBe(true);
});
