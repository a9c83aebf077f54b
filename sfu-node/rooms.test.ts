import type { ConsumerId } from '@parley/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  call,
  dtlsParameters,
  newParticipant,
  newProducer,
  newRoom,
  newTransport,
  openSession,
  opus,
  refusalCode,
  simulcast,
  startSfu,
  type TestSfu,
} from './test-sfu.ts';

let test: TestSfu;
let base: string;
beforeAll(async () => {
  const limits = { participantsPerRoom: 3, producersPerParticipant: 3, consumersPerParticipant: 3 };
  test = await startSfu({ workers: 2, limits });
  base = test.sfu.controlUrl;
});
afterAll(() => test?.[Symbol.asyncDispose]());

const microphone = (ssrc: number) =>
  ({ kind: 'audio', source: 'microphone', rtpParameters: opus(ssrc), paused: false }) as const;
const camera = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;

async function describeRoom(room: string) {
  const { rooms } = await call(base, 'describe', {}, {});
  return rooms.find(each => each.room === room);
}

describe('rooms', () => {
  it('make one router for one room, however often it is opened at once', async () => {
    const room = newRoom();
    const opened = await Promise.all(Array.from({ length: 5 }, () => call(base, 'openRoom', { room }, {})));
    expect(new Set(opened.map(each => each.generation)).size).toBe(1);
    const mimeTypes = opened[0]?.rtpCapabilities.codecs?.map(codec => codec.mimeType);
    expect(mimeTypes).toEqual(
      expect.arrayContaining(['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1']),
    );
  });

  it('are of another generation when they are opened again', async () => {
    const room = newRoom();
    const first = await call(base, 'openRoom', { room }, {});
    await call(base, 'closeRoom', { room }, {});
    expect(await call(base, 'closeRoom', { room }, {})).toEqual({});
    expect((await call(base, 'openRoom', { room }, {})).generation).not.toBe(first.generation);
  });

  it('spread over the workers', async () => {
    const ports = new Set<number>();
    for (const _ of [1, 2]) ports.add((await openSession(base)).send.iceCandidates[0]?.port ?? 0);
    expect(ports).toEqual(new Set(test.settings.mediaPorts));
  });

  it('that are not open have nobody in them', async () => {
    const params = { room: newRoom(), participant: newParticipant() };
    const transport = { ...params, transport: newTransport() };
    expect(await refusalCode(call(base, 'openTransport', transport, { direction: 'send' }))).toBe(
      'not_found',
    );
    expect(await call(base, 'closeParticipant', params, {})).toEqual({ wanted: [] });
  });
});

describe('transports', () => {
  it('are one for each direction, the same when asked for again', async () => {
    const { params, send } = await openSession(base);
    expect(send.iceCandidates.map(candidate => candidate.protocol)).toEqual(['udp', 'tcp']);
    const same = { ...params, transport: send.id };
    expect(await call(base, 'openTransport', same, { direction: 'send' })).toEqual(send);
    expect(await refusalCode(call(base, 'openTransport', same, { direction: 'receive' }))).toBe('conflict');
    const another = { ...params, transport: newTransport() };
    expect(await refusalCode(call(base, 'openTransport', another, { direction: 'send' }))).toBe('conflict');
  });

  it('are made once when asked for twice at the same time', async () => {
    const room = newRoom();
    await call(base, 'openRoom', { room }, {});
    const params = { room, participant: newParticipant(), transport: newTransport() };
    const open = () => call(base, 'openTransport', params, { direction: 'send' });
    const [first, second] = await Promise.all([open(), open()]);
    expect(first).toEqual(second);
  });

  it('connect once', async () => {
    const { params, send } = await openSession(base);
    const transport = { ...params, transport: send.id };
    const connect = (parameters = dtlsParameters) =>
      call(base, 'connectTransport', transport, { dtlsParameters: parameters });
    await Promise.all([connect(), connect()]);
    expect(await connect()).toEqual({});
    expect(await refusalCode(connect({ ...dtlsParameters, role: 'server' }))).toBe('conflict');
    const nowhere = { ...params, transport: newTransport() };
    expect(await refusalCode(call(base, 'connectTransport', nowhere, { dtlsParameters }))).toBe('not_found');
  });

  it('get new ICE credentials', async () => {
    const { params, receive } = await openSession(base);
    const { iceParameters } = await call(base, 'restartIce', { ...params, transport: receive.id }, {});
    expect(iceParameters.usernameFragment).not.toBe(receive.iceParameters.usernameFragment);
  });

  it('of a participant who is one too many are refused', async () => {
    const { room } = await openSession(base);
    await openSession(base, room);
    await openSession(base, room);
    expect(await refusalCode(openSession(base, room))).toBe('room_full');
  });
});

describe('producers', () => {
  it('are the same when opened again, and a conflict with other content', async () => {
    const { params, room } = await openSession(base);
    const producer = { ...params, producer: newProducer() };
    await Promise.all([1, 2].map(() => call(base, 'openProducer', producer, microphone(1))));
    expect(await describeRoom(room)).toMatchObject({ producers: 1 });
    expect(await refusalCode(call(base, 'openProducer', producer, microphone(2)))).toBe('conflict');
    const { params: other } = await openSession(base, room);
    const stolen = { ...other, producer: producer.producer };
    expect(await refusalCode(call(base, 'openProducer', stolen, microphone(1)))).toBe('conflict');
  });

  it('pause, resume and close', async () => {
    const { params, room } = await openSession(base);
    const producer = { ...params, producer: newProducer() };
    expect(await refusalCode(call(base, 'pauseProducer', producer, { paused: true }))).toBe('not_found');
    await call(base, 'openProducer', producer, camera);
    for (const paused of [true, true, false]) await call(base, 'pauseProducer', producer, { paused });
    await call(base, 'closeProducer', producer, {});
    expect(await call(base, 'closeProducer', producer, {})).toEqual({});
    expect(await describeRoom(room)).toMatchObject({ producers: 0 });
  });

  it('are limited, and need a send transport', async () => {
    const { params, room } = await openSession(base);
    const open = (ssrc: number) =>
      refusalCode(call(base, 'openProducer', { ...params, producer: newProducer() }, microphone(ssrc)));
    expect([await open(1), await open(2), await open(3), await open(4)]).toEqual([
      ...Array(3).fill('answered'),
      'too_large',
    ]);
    const receiver = { room, participant: newParticipant() };
    await call(base, 'openTransport', { ...receiver, transport: newTransport() }, { direction: 'receive' });
    const producer = { ...receiver, producer: newProducer() };
    expect(await refusalCode(call(base, 'openProducer', producer, microphone(1)))).toBe('not_found');
  });
});

describe('consumers', () => {
  async function pair() {
    const sender = await openSession(base);
    const receiver = await openSession(base, sender.room);
    const producer = { ...sender.params, producer: newProducer() };
    await call(base, 'openProducer', producer, camera);
    const { rtpCapabilities } = sender;
    const consume = (producerIds = [producer.producer], capabilities = rtpCapabilities) =>
      call(base, 'openConsumers', receiver.params, { producerIds, rtpCapabilities: capabilities });
    return { sender, receiver, producer, consume };
  }

  it('are one per producer, the same when asked for again', async () => {
    const { producer, consume } = await pair();
    const [first, second] = await Promise.all([consume(), consume()]);
    expect(first.consumers).toEqual(second.consumers);
    expect([first.refused, second.refused]).toEqual([[], []]);
    expect(first.consumers).toMatchObject([{ producerId: producer.producer, kind: 'video' }]);
    // One stream of all layers, the highest of which is wanted: mediasoup picks what the receiver's bandwidth carries.
    expect(first.consumers[0]?.rtpParameters.encodings).toMatchObject([{ scalabilityMode: 'L3T3' }]);
  });

  it('that cannot be had are named, and the others come', async () => {
    const { producer, consume } = await pair();
    const unknown = newProducer();
    const mixed = await consume([producer.producer, unknown, producer.producer]);
    expect(mixed.consumers).toHaveLength(1);
    expect(mixed.refused).toMatchObject([{ producerId: unknown, error: { code: 'not_found' } }]);
    const other = await pair();
    expect((await other.consume(undefined, {})).refused).toMatchObject([{ error: { code: 'bad_request' } }]);
  });

  it('resume, pause and close; those that are gone are passed over', async () => {
    const { receiver, consume } = await pair();
    const [consumer] = (await consume()).consumers;
    const consumerIds = [consumer?.id ?? ('' as ConsumerId), crypto.randomUUID() as ConsumerId];
    for (const paused of [false, true, true]) {
      await call(base, 'pauseConsumers', receiver.params, { consumerIds, paused });
    }
    await call(base, 'closeConsumers', receiver.params, { consumerIds });
    expect(await describeRoom(receiver.room)).toMatchObject({ consumers: 0 });
    expect((await consume()).consumers[0]?.id).not.toBe(consumer?.id);
  });

  it('go with their producer and their participant', async () => {
    const { sender, receiver, producer, consume } = await pair();
    await consume();
    await call(base, 'closeProducer', producer, {});
    await expect.poll(() => describeRoom(sender.room)).toMatchObject({ producers: 0, consumers: 0 });
    await call(base, 'closeParticipant', receiver.params, {});
    expect(await describeRoom(sender.room)).toMatchObject({ participants: 1 });
    const body = { producerIds: [producer.producer], rtpCapabilities: {} };
    expect(await refusalCode(call(base, 'openConsumers', receiver.params, body))).toBe('not_found');
  });

  it('are limited', async () => {
    const { sender, receiver, consume } = await pair();
    const third = await openSession(base, sender.room);
    const ids = [];
    for (const ssrc of [11, 12, 13]) {
      const producer = newProducer();
      ids.push(producer);
      await call(base, 'openProducer', { ...third.params, producer }, microphone(ssrc));
    }
    await consume();
    const { consumers, refused } = await consume(ids);
    expect(consumers).toHaveLength(2);
    expect(refused).toMatchObject([{ error: { code: 'too_large' } }]);
    expect(receiver.participant).not.toBe(third.participant);
  });
});
