import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, expect, it } from 'vitest';
import { createReceiver } from './test-peer.ts';
import {
  call,
  newParticipant,
  newProducer,
  newTransport,
  openSession,
  opus,
  refusalCode,
  simulcast,
  startSfu,
} from './test-sfu.ts';

afterAll(cleanup);

it('somebody is sent as much from the beginning as their last SFU says that their network takes', async () => {
  await using old = await startSfu();
  await using next = await startSfu();
  const estimates: (number | undefined)[] = [];
  let known: number | undefined = 3_456_000;
  for (const { sfu } of [old, next]) {
    const base = sfu.controlUrl;
    const { room, params, rtpCapabilities } = await openSession(base);
    const camera = newProducer();
    const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
    await call(base, 'openProducer', { ...params, producer: camera }, body);
    const viewer = { room, participant: newParticipant() };
    const receive = { direction: 'receive', initialOutgoingBitrate: known } as const;
    const options = await call(base, 'openTransport', { ...viewer, transport: newTransport() }, receive);
    await call(base, 'openConsumers', viewer, { producerIds: [camera], rtpCapabilities });
    expect(await call(base, 'bandwidth', viewer, {})).toEqual({});
    using peer = await createReceiver(options, opus(1));
    const { dtlsParameters } = peer;
    await call(base, 'connectTransport', { ...viewer, transport: options.id }, { dtlsParameters });
    peer.start();
    known = await eventually('an estimate', async () => {
      return (await call(base, 'bandwidth', viewer, {})).outgoingBitrate;
    });
    estimates.push(known);
  }
  expect(estimates).toEqual([3_456_000, 3_456_000]);
});

it('says nothing of somebody who receives nothing, and refuses to speak of somebody who is not there', async () => {
  await using test = await startSfu();
  const base = test.sfu.controlUrl;
  const { room, params } = await openSession(base);
  expect(await call(base, 'bandwidth', params, {})).toEqual({});
  const nobody = { room, participant: newParticipant() };
  expect(await refusalCode(call(base, 'bandwidth', nobody, {}))).toBe('not_found');
});
