import { randomBytes, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { PipeId, type SfuInstance } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, expect, it } from 'vitest';
import { call, newProducer, openSession, refusalCode, startSfu } from '../test-sfu.ts';
import { Camera, hears, listen, Speaker, watch } from '../test-talk.ts';
import { at, describeRoom, startHoldingWay } from './test-mesh.ts';

afterAll(() => cleanup());
const other = () => randomUUID() as SfuInstance;

it.each([
  ['IPv4', '127.0.0.1'],
  ['IPv6', '::1'],
])(
  'sound goes from one SFU to another by %s, over one pipe whoever listens, which goes with the last of them',
  async (_, ip) => {
    await using one = await startSfu({ ip, listenHost: ip });
    await using other = await startSfu({ ip, listenHost: ip });
    const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
    const speaking = await openSession(near);
    const listening = await openSession(far, speaking.room);
    const too = await openSession(far, speaking.room);
    using speaker = await Speaker.start(near, speaking, 4711);
    const elsewhere = at(one, speaking, speaker.producer);
    using first = await listen(far, listening, speaker.producer, elsewhere);
    using second = await listen(far, too, speaker.producer, elsewhere);
    await Promise.all([hears(first, speaker), hears(second, speaker)]);
    expect(await describeRoom(near)).toMatchObject({ outgoingPipes: 1, incomingPipes: 0 });
    expect(await describeRoom(far)).toMatchObject({ outgoingPipes: 0, incomingPipes: 1 });

    await call(far, 'closeParticipant', listening.params, {});
    await hears(second, speaker);
    await call(far, 'closeParticipant', too.params, {});
    await eventually('the pipe to be gone', async () => (await describeRoom(near))?.outgoingPipes === 0);
    expect(await describeRoom(far)).toMatchObject({ incomingPipes: 0 });
  },
);

it('pictures come in the layer that each wants, all layers over one pipe', async () => {
  await using one = await startSfu();
  await using other = await startSfu();
  const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
  const showing = await openSession(near);
  const small = await openSession(far, showing.room);
  const large = await openSession(far, showing.room);
  using camera = await Camera.start(near, showing);
  const elsewhere = at(one, showing, camera.producer, 'camera');
  using thumbnail = await watch(far, small, camera.producer, 0, elsewhere);
  using screen = await watch(far, large, camera.producer, 2, elsewhere);
  await eventually('pictures', () => {
    camera.show();
    return screen.layers.has('layer 2') && thumbnail.layers.size > 0;
  });
  expect([...thumbnail.layers]).toEqual(['layer 0']);
  expect(await describeRoom(near)).toMatchObject({ outgoingPipes: 1 });
});

it('three SFUs, one of them with two workers, all hear each other; each router has its own pipe', async () => {
  await using one = await startSfu();
  await using two = await startSfu({ workers: 2, consumersPerWorker: 1 });
  await using three = await startSfu();
  const [a, b, c] = [one, two, three].map(({ sfu }) => sfu.controlUrl) as [string, string, string];
  const ann = await openSession(a);
  const ben = await openSession(b, ann.room);
  const bob = await openSession(b, ann.room);
  const cyd = await openSession(c, ann.room);
  expect(ben.send.iceCandidates[0]?.port).not.toBe(bob.send.iceCandidates[0]?.port);
  using annSpeaks = await Speaker.start(a, ann, 4711);
  using cydSpeaks = await Speaker.start(c, cyd, 4712);
  const fromAnn = at(one, ann, annSpeaks.producer);
  using ben1 = await listen(b, ben, annSpeaks.producer, fromAnn);
  using bob1 = await listen(b, bob, annSpeaks.producer, fromAnn);
  using cyd1 = await listen(c, cyd, annSpeaks.producer, fromAnn);
  using ann1 = await listen(a, ann, cydSpeaks.producer, at(three, cyd, cydSpeaks.producer));
  await Promise.all([
    ...[ben1, bob1, cyd1].map(listener => hears(listener, annSpeaks)),
    hears(ann1, cydSpeaks),
  ]);
  expect(await describeRoom(a)).toMatchObject({ outgoingPipes: 3, incomingPipes: 1 });
  expect(await describeRoom(b)).toMatchObject({ outgoingPipes: 0, incomingPipes: 2 });
  expect(await describeRoom(c)).toMatchObject({ outgoingPipes: 1, incomingPipes: 1 });
});

it('who leaves one track of another SFU for the next hears that, though the other has not heard of it yet', async () => {
  await using one = await startSfu();
  await using other = await startSfu();
  const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
  using way = await startHoldingWay(near, '/pipes/close');
  const ann = await openSession(near);
  const ben = await openSession(near, ann.room);
  const cyd = await openSession(far, ann.room);
  const dee = await openSession(far, ann.room);
  using anns = await Speaker.start(near, ann, 4711);
  using bens = await Speaker.start(near, ben, 4712);
  const fromAnn = at(one, ann, anns.producer, 'microphone', way.url);
  using hearsAnn = await listen(far, cyd, anns.producer, fromAnn);
  await hears(hearsAnn, anns);
  await call(far, 'closeConsumers', cyd.params, { consumerIds: [hearsAnn.consumer] });
  await way.holds;
  using hearsBen = await listen(far, dee, bens.producer, at(one, ben, bens.producer, 'microphone', way.url));
  way.letGo();
  await hears(hearsBen, bens);
  await eventually('the first to be gone', async () => (await describeRoom(near))?.outgoingPipes === 1);
  await hears(hearsBen, bens);
});

it('what goes from one SFU to another cannot be read on the way', async () => {
  await using test = await startSfu();
  const base = test.sfu.controlUrl;
  const { params, ...speaking } = await openSession(base);
  using speaker = await Speaker.start(base, { params, ...speaking }, 4711);
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const packets: Buffer[] = [];
  socket.on('message', packet => packets.push(packet));

  const sfu = other();
  const body = { instance: test.sfu.instance };
  const { acquaintance } = await call(base, 'meetSfu', { sfu }, body);
  const receiver = { sfu, acquaintance };
  const pipe = PipeId.parse(randomUUID());
  const opened = await call(base, 'openPipes', params, {
    generation: speaking.generation,
    receiver,
    router: randomUUID(),
    pipes: [{ pipe, producerId: speaker.producer, layers: 0 }],
  });
  const [link] = opened.links;
  if (!link) throw new Error('There is no link.');
  const keyBase64 = randomBytes(44).toString('base64');
  const end = { ip: '127.0.0.1', port: socket.address().port };
  const srtpParameters = { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64 } as const;
  await call(base, 'connectLink', { ...params, link: link.link }, { receiver, ...end, srtpParameters });
  const sound = await eventually('packets', () => {
    speaker.say();
    return packets.find(
      packet => packet[1] === (opened.opened[0]?.rtpParameters.codecs[0]?.payloadType ?? 0),
    );
  });
  // A header, what was said, and the tag of AES-GCM.
  expect(sound.length).toBeGreaterThanOrEqual(12 + 'are you there'.length + 16);
  expect(packets.some(packet => packet.includes('are you there'))).toBe(false);
  socket.close();
});

it('one pipe is asked for twice and is one; what nobody knows is refused', async () => {
  await using test = await startSfu();
  const base = test.sfu.controlUrl;
  const { params, ...speaking } = await openSession(base);
  using speaker = await Speaker.start(base, { params, ...speaking }, 4711);
  const sfu = other();
  const { acquaintance } = await call(base, 'meetSfu', { sfu }, { instance: test.sfu.instance });
  const pipe = PipeId.parse(randomUUID());
  const wanted = {
    generation: speaking.generation,
    receiver: { sfu, acquaintance },
    router: randomUUID(),
    pipes: [{ pipe, producerId: speaker.producer, layers: 0 }],
  };
  const first = await call(base, 'openPipes', params, wanted);
  expect(await call(base, 'openPipes', params, wanted)).toEqual({ ...first, wanted: [] });
  expect(await describeRoom(base)).toMatchObject({ outgoingPipes: 1 });
  const known = { acquaintance, revision: 1 };
  const meet = (said: object) => call(base, 'meetSfu', { sfu }, { instance: test.sfu.instance, ...said });
  expect(await meet({ known })).toEqual({ acquaintance, revision: 1 });
  expect(await meet({})).toEqual({ acquaintance, revision: 1, pipes: [pipe] });

  const gone = {
    ...wanted,
    pipes: [{ pipe: PipeId.parse(randomUUID()), producerId: newProducer(), layers: 0 }],
  };
  expect((await call(base, 'openPipes', params, gone)).refused).toMatchObject([
    { error: { code: 'not_found' } },
  ]);
  const another = { ...wanted, pipes: [{ pipe, producerId: newProducer(), layers: 0 }] };
  expect((await call(base, 'openPipes', params, another)).refused).toMatchObject([
    { error: { code: 'conflict' } },
  ]);
  const stranger = { ...wanted, receiver: { sfu: other(), acquaintance } };
  expect(await refusalCode(call(base, 'openPipes', params, stranger))).toBe('conflict');
  const former = { ...wanted, generation: 'former' as typeof wanted.generation };
  expect(await refusalCode(call(base, 'openPipes', params, former))).toBe('media_lost');
  expect(await refusalCode(call(base, 'meetSfu', { sfu }, { instance: other() }))).toBe('media_lost');

  const closing = { acquaintance, pipes: [pipe] };
  await call(base, 'closePipes', { sfu }, closing);
  await call(base, 'closePipes', { sfu }, closing);
  expect(await meet({ known })).toEqual({ acquaintance, revision: 2, pipes: [] });
});
