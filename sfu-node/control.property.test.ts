import {
  type ControlCall,
  type ControlParams,
  controlApi,
  type DtlsParameters,
  kindOfSource,
  RefusalCode,
  RtpCapabilities,
} from '@parley/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshCalls } from './mesh/test-mesh-calls.ts';
import { hostile } from './test-hostile.ts';
import {
  call,
  dtlsParameters,
  newParticipant,
  newProducer,
  newRoom,
  newTransport,
  openSession,
  opus,
  request,
  simulcast,
  startSfu,
  type TestSfu,
  token,
  urlOf,
} from './test-sfu.ts';

let test: TestSfu;
let base: string;
beforeAll(async () => {
  // Two workers that are full at once, so that rooms are on both and tracks go through pipes.
  test = await startSfu({ workers: 2, consumersPerWorker: 1 });
  base = test.sfu.controlUrl;
});
afterAll(() => test?.[Symbol.asyncDispose]());

interface Asked {
  name: ControlCall;
  params: Record<string, string>;
  body: unknown;
}

/** What the SFU made up, under the names that calls here have for it. */
const known = new Map<string, string>();
const real = (text: string) =>
  text.replace(/the (instance|generation|link|acquaintance \d)/g, name => known.get(name) ?? name);

/** Makes a call with whatever body. What is answered is the answer or a refusal that has a type, and no worker dies of it. */
async function ask({ name, params, body }: Asked): Promise<string> {
  const { method, response } = controlApi[name];
  const { status, json } = await request(real(urlOf(base, name, params as ControlParams<typeof name>)), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: real(JSON.stringify(body) ?? '') }),
  });
  expect(test.sfu.pool.deaths).toBe(0);
  if (status === 200) {
    response.parse(json);
    const { links: [opened] = [] } = json as { links?: { link: string }[] };
    if (opened) known.set('the link', opened.link);
    return 'ok';
  }
  const code = RefusalCode.parse((json as { error?: { code?: unknown } } | undefined)?.error?.code);
  // Nothing here is the SFU's own fault. A room that is closed under a call is lost to it.
  expect(['internal', 'unavailable']).not.toContain(code);
  return code;
}

async function expectUnharmed(): Promise<void> {
  const one = await openSession(base);
  const other = await openSession(base, one.room);
  const producer = newProducer();
  const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
  await call(base, 'openProducer', { ...one.params, producer }, body);
  const wanted = { producerIds: [producer], rtpCapabilities: one.rtpCapabilities };
  expect((await call(base, 'openConsumers', other.params, wanted)).consumers).toHaveLength(1);
  await call(base, 'closeRoom', one.params, {});
}

// Few ids, so that calls meet each other.
const rooms = [newRoom(), newRoom()];
const people = [newParticipant(), newParticipant()];
const sfus = [crypto.randomUUID(), crypto.randomUUID()];
const ids = {
  room: fc.constantFrom<string>(...rooms),
  participant: fc.constantFrom<string>(...people),
  transport: fc.constantFrom<string>(newTransport(), newTransport(), newTransport()),
  producer: fc.constantFrom<string>(newProducer(), newProducer()),
  sfu: fc.constantFrom<string>(...sfus),
  link: fc.constantFrom<string>('the link', 'the link', crypto.randomUUID()),
};
const oftenValid = <T>(valid: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: valid as fc.Arbitrary<unknown>, weight: 9 }, { arbitrary: fc.anything(), weight: 1 });

const opusCodec = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 };
const vp8Codec = { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 };
const capabilities = fc.constantFrom<unknown>(
  {},
  { codecs: [{ ...opusCodec, preferredPayloadType: 100 }] },
  ...[100, 101].map(first => ({
    codecs: [
      { ...opusCodec, preferredPayloadType: first },
      { ...vp8Codec, preferredPayloadType: first + 2 },
    ],
  })),
);
const published = fc.oneof(
  fc.constantFrom<unknown>(
    ...[1, 2].map(ssrc => ({
      kind: 'audio',
      source: 'microphone',
      rtpParameters: opus(ssrc),
      paused: ssrc === 2,
    })),
    { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false },
  ),
  fc.constantFrom<unknown>(
    ...hostile.map(([, source, rtpParameters]) => ({
      kind: kindOfSource[source],
      source,
      rtpParameters,
      paused: false,
    })),
  ),
);
const paused = fc.record({ paused: fc.boolean() });
const mesh = meshCalls(ids.producer, ids.participant, sfus);
const bodies: { [C in ControlCall]?: fc.Arbitrary<unknown> } = {
  openTransport: fc.record({ direction: fc.constantFrom('send', 'receive') }),
  connectTransport: fc.record({ dtlsParameters: fc.constant<DtlsParameters>(dtlsParameters) }),
  openProducer: published,
  pauseProducer: paused,
  openConsumers: fc.record({
    producerIds: fc.array(ids.producer, { minLength: 1, maxLength: 4 }),
    rtpCapabilities: capabilities,
    elsewhere: fc.option(fc.array(mesh.elsewhere, { maxLength: 3 }), { nil: undefined }),
  }),
  ...mesh.bodies,
  pauseConsumers: fc.record({
    consumerIds: fc.array(ids.producer, { minLength: 1, maxLength: 2 }),
    paused: fc.boolean(),
  }),
  setLayers: fc.record({
    consumers: fc.array(fc.record({ consumerId: ids.producer, spatialLayer: fc.nat(7) }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
  closeConsumers: fc.record({ consumerIds: fc.array(ids.producer, { minLength: 1, maxLength: 2 }) }),
};

/** Calls that make something come more often than those that end it. */
const weights: { [C in ControlCall]?: number } = {
  openTransport: 6,
  openProducer: 12,
  openConsumers: 12,
  pauseProducer: 4,
  connectTransport: 2,
  openPipes: 12,
  connectLink: 4,
};

/** Both are in a room, on two workers. */
async function enterRoom(): Promise<void> {
  const [room = newRoom()] = rooms;
  const { generation } = await call(base, 'openRoom', { room }, {});
  known.set('the generation', generation);
  known.set('the instance', test.sfu.instance);
  for (const [index, sfu] of sfus.entries()) {
    const params = { sfu: sfu as typeof test.sfu.instance };
    const { acquaintance } = await call(base, 'meetSfu', params, { instance: test.sfu.instance });
    known.set(`the acquaintance ${index}`, acquaintance);
  }
  for (const participant of people) {
    for (const direction of ['send', 'receive']) {
      const params = { room, participant, transport: newTransport() };
      await ask({ name: 'openTransport', params, body: { direction } });
    }
  }
}
const anyCall: fc.Arbitrary<Asked> = fc.oneof(
  ...(Object.keys(controlApi) as ControlCall[]).map(name => ({
    weight: weights[name] ?? 1,
    arbitrary: fc.record({
      name: fc.constant(name),
      params: fc.record(ids),
      body: oftenValid(bodies[name] ?? fc.constant({})),
    }),
  })),
);

describe('whatever is called in whichever order', () => {
  it('is answered or refused with a type, one after another and at once', async () => {
    const batches = fc.array(fc.array(anyCall, { minLength: 1, maxLength: 6 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batches, async calls => {
        await enterRoom();
        for (const batch of calls) await Promise.all(batch.map(ask));
      }),
      { numRuns: 40 },
    );
    await expectUnharmed();
  });

  it('is answered the same if it is repeated at once', async () => {
    const ended = new Set<ControlCall>(['closeRoom', 'closeParticipant', 'closeProducer', 'closeConsumers']);
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { maxLength: 25 }), async calls => {
        await enterRoom();
        for (const asked of calls) {
          const first = await ask(asked);
          expect([asked.name, await ask(asked)]).toEqual([asked.name, first]);
          if (ended.has(asked.name)) expect(['ok', 'bad_request']).toContain(first);
        }
      }),
      { numRuns: 25 },
    );
    await expectUnharmed();
  });
});

describe('what clients are made of', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer(), fc.double(), fc.constant(96));
  const text = fc.oneof(
    fc.constantFrom('video/VP8', 'video/rtx', 'audio/opus', 'video/H264', 'nack', 'pli', 'sendrecv', ''),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const loose = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    fc.record(model, { requiredKeys: [] });
  const parameters = fc.dictionary(
    fc.oneof(fc.constantFrom('apt', 'profile-id', 'profile-level-id', 'packetization-mode'), text),
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    { maxKeys: 3 },
  );

  it('RTP capabilities leave workers unharmed, also those that pass the schema', async () => {
    const { params } = await openSession(base);
    const receiver = await openSession(base, params.room);
    const producer = newProducer();
    const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
    await call(base, 'openProducer', { ...params, producer }, body);
    const codec = fc.record({
      kind: fc.constantFrom('audio', 'video'),
      mimeType: fc.constantFrom(
        'video/VP8',
        'video/vp8',
        'video/rtx',
        'video/H264',
        'video/AV1',
        'audio/opus',
      ),
      preferredPayloadType: fc.integer({ min: 0, max: 127 }),
      clockRate: fc.constantFrom(90_000, 48_000, 1, 0),
      parameters,
      rtcpFeedback: fc.array(loose({ type: text, parameter: text }), { maxLength: 3 }),
    });
    const extension = fc.record({
      kind: fc.constantFrom('audio', 'video'),
      uri: fc.oneof(fc.constantFrom(...(simulcast.headerExtensions ?? []).map(({ uri }) => uri)), text),
      preferredId: fc.integer({ min: 0, max: 20 }),
      preferredEncrypt: fc.boolean(),
      direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
    });
    const near = fc.record({
      codecs: fc.array(fc.oneof(codec, loose({ kind: text, mimeType: text, clockRate: number })), {
        maxLength: 4,
      }),
      headerExtensions: fc.array(extension, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(oftenValid(near), async rtpCapabilities => {
        const asked = { producerIds: [producer], rtpCapabilities };
        const outcome = await ask({ name: 'openConsumers', params: receiver.params, body: asked });
        if (RtpCapabilities.safeParse(rtpCapabilities).success) expect(outcome).toBe('ok');
        else expect(outcome).toBe('bad_request');
        await call(base, 'closeParticipant', receiver.params, {});
        const transport = newTransport();
        await call(base, 'openTransport', { ...receiver.params, transport }, { direction: 'receive' });
      }),
      { numRuns: 150 },
    );
    await call(base, 'closeRoom', params, {});
    await expectUnharmed();
  });

  it('DTLS parameters leave workers unharmed', async () => {
    const lengths = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };
    const algorithm = fc.constantFrom(...Object.keys(lengths), 'md5', '');
    const byte = fc.integer({ min: 0, max: 255 }).map(value => value.toString(16).padStart(2, '0'));
    const fingerprint = fc.record({
      algorithm,
      value: fc.oneof(
        fc
          .constantFrom(...Object.values(lengths))
          .chain(length => fc.array(byte, { minLength: length, maxLength: length }))
          .map(bytes => bytes.join(':')),
        text,
      ),
    });
    const near = fc.record({
      role: fc.constantFrom('client', 'server', 'auto', 'none'),
      fingerprints: fc.array(fingerprint, { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(oftenValid(near), async parameters => {
        const { params, send } = await openSession(base);
        const asked = { ...params, transport: send.id };
        const body = { dtlsParameters: parameters };
        expect(['ok', 'bad_request']).toContain(await ask({ name: 'connectTransport', params: asked, body }));
        await call(base, 'closeRoom', params, {});
      }),
      { numRuns: 150 },
    );
    await expectUnharmed();
  });
});
