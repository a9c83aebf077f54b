import { kindOfSource, type MediaSource, RefusalError, RtpParameters } from '@parley/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDtlsParameters, checkProducer } from './client-parameters.ts';
import { hostile, video, vp8 } from './test-hostile.ts';
import {
  call,
  dtlsParameters,
  newProducer,
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
  test = await startSfu();
  base = test.sfu.controlUrl;
});
afterAll(() => test?.[Symbol.asyncDispose]());

/** The worker that was there at the start still does its work. */
async function expectUnharmed() {
  expect(test.sfu.pool.deaths).toBe(0);
  const { params } = await openSession(base);
  const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
  await call(base, 'openProducer', { ...params, producer: newProducer() }, body);
  await call(base, 'closeRoom', params, {});
}

async function openProducer(body: object): Promise<{ status: number; json: unknown }> {
  const { params } = await openSession(base);
  const answer = await request(urlOf(base, 'openProducer', { ...params, producer: newProducer() }), {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await call(base, 'closeRoom', params, {});
  return answer;
}

describe('hostile RTP parameters are refused and leave the worker unharmed', () => {
  it.each(hostile)('%s', async (_, source, rtpParameters) => {
    const answer = await openProducer({ kind: kindOfSource[source], source, rtpParameters, paused: false });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'bad_request' } } });
    await expectUnharmed();
  });

  it('whatever they are made of', async () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer(), fc.double(), fc.constant(96));
    const text = fc.oneof(
      fc.constantFrom('video/VP8', 'video/rtx', 'video/H264', 'video/VP9', 'video/AV1', 'L3T3', 'r0', ''),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const parameters = fc.dictionary(
      fc.oneof(fc.constantFrom('apt', 'profile-id', 'profile-level-id', 'packetization-mode'), text),
      fc.oneof(text, number, fc.boolean(), fc.constant(null)),
      { maxKeys: 3 },
    );
    const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
      fc.record(model, { requiredKeys: [] });
    const uri = fc.constantFrom(...(simulcast.headerExtensions ?? []).map(extension => extension.uri));
    const codec = some({
      mimeType: text,
      payloadType: number,
      clockRate: fc.oneof(fc.constant(90_000), number),
      parameters,
      rtcpFeedback: fc.array(some({ type: text, parameter: text }), { maxLength: 2 }),
    });
    const near = fc.record({
      mid: fc.option(text, { nil: undefined }),
      codecs: fc.oneof(
        fc.constant(simulcast.codecs),
        fc.array(codec, { maxLength: 3 }),
        fc.tuple(fc.constant(vp8), codec),
      ),
      headerExtensions: fc.array(fc.record({ uri, id: number, parameters }), { maxLength: 4 }),
      encodings: fc.array(
        some({
          ssrc: number,
          rid: text,
          codecPayloadType: number,
          rtx: some({ ssrc: number }),
          scalabilityMode: text,
          maxBitrate: number,
          dtx: fc.boolean(),
        }),
        { maxLength: 4 },
      ),
    });
    const anything = fc.oneof({ arbitrary: near, weight: 9 }, { arbitrary: fc.anything(), weight: 1 });
    await fc.assert(
      fc.asyncProperty(anything, async rtpParameters => {
        const answer = await openProducer({ kind: 'video', source: 'camera', rtpParameters, paused: false });
        expect([200, 400]).toContain(answer.status);
        expect(test.sfu.pool.deaths).toBe(0);
      }),
      { numRuns: 200 },
    );
    await expectUnharmed();
  });

  it('also where our own check lets them through', async () => {
    const valid = fc.record({
      payloadType: fc.integer({ min: 0, max: 127 }),
      rids: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9]{1,16}$/), { minLength: 1, maxLength: 4 }),
      maxBitrate: fc.integer({ min: 0, max: 0xffff_ffff }),
      parameters: fc.dictionary(
        fc.string({ maxLength: 20 }),
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer(),
          fc.string({ maxLength: 20 }),
        ),
        { maxKeys: 4 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(valid, async ({ payloadType, rids, maxBitrate, parameters }) => {
        const rtpParameters = video({
          codecs: [{ ...vp8, payloadType, parameters }],
          encodings: rids.map(rid => ({ rid, maxBitrate, scalabilityMode: 'L1T3' })),
        });
        const answer = await openProducer({ kind: 'video', source: 'camera', rtpParameters, paused: false });
        // What our check lets through, mediasoup takes, except payload types that RTCP uses and the like.
        expect([200, 400]).toContain(answer.status);
        expect(test.sfu.pool.deaths).toBe(0);
      }),
      { numRuns: 100 },
    );
    await expectUnharmed();
  });
});

describe('what browsers send passes', () => {
  it.each<[string, MediaSource, RtpParameters]>([
    ['a microphone', 'microphone', opus(7)],
    ['sound of a screen', 'screen-audio', opus(8)],
    ['a camera in three layers', 'camera', simulcast],
    ['a screen in one', 'screen', { ...simulcast, encodings: [{ ssrc: 9, rtx: { ssrc: 10 } }] }],
    [
      'VP9 with spatial layers',
      'camera',
      {
        ...simulcast,
        codecs: [
          { mimeType: 'video/VP9', payloadType: 98, clockRate: 90_000, parameters: { 'profile-id': 0 } },
        ],
        encodings: [{ ssrc: 11, scalabilityMode: 'L3T3_KEY' }],
      },
    ],
    [
      'H.264',
      'camera',
      {
        ...simulcast,
        codecs: [
          {
            mimeType: 'video/H264',
            payloadType: 102,
            clockRate: 90_000,
            parameters: {
              'packetization-mode': 1,
              'profile-level-id': '42e01f',
              'level-asymmetry-allowed': 1,
            },
          },
        ],
        encodings: [{ ssrc: 12 }],
      },
    ],
    [
      'AV1',
      'camera',
      {
        ...simulcast,
        codecs: [{ mimeType: 'video/AV1', payloadType: 45, clockRate: 90_000 }],
        encodings: [{ ssrc: 13, scalabilityMode: 'L1T3' }],
      },
    ],
  ])('%s', async (_, source, rtpParameters) => {
    expect(() =>
      checkProducer(kindOfSource[source], source, RtpParameters.parse(rtpParameters)),
    ).not.toThrow();
    const answer = await openProducer({ kind: kindOfSource[source], source, rtpParameters, paused: false });
    expect(answer).toMatchObject({ status: 200 });
  });
});

describe('DTLS parameters', () => {
  it.each([
    ['no fingerprint', { fingerprints: [] }],
    ['no fingerprints at all', {}],
    ['a hash that nobody knows', { fingerprints: [{ algorithm: 'md5', value: 'AB:CD' }] }],
    ['an empty fingerprint', { fingerprints: [{ algorithm: 'sha-256', value: '' }] }],
    [
      'a fingerprint of another length',
      { fingerprints: [{ algorithm: 'sha-256', value: Array(20).fill('AB').join(':') }] },
    ],
    ['a role that nobody plays', { ...dtlsParameters, role: 'jester' }],
  ])('with %s are refused and leave the worker unharmed', async (_, parameters) => {
    const { params, send } = await openSession(base);
    const answer = await request(urlOf(base, 'connectTransport', { ...params, transport: send.id }), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ dtlsParameters: parameters }),
    });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'bad_request' } } });
    expect(JSON.stringify(answer.json)).toContain('dtlsParameters');
    await expectUnharmed();
  });

  it('are refused by the check with where the mistake is', () => {
    const wrong = { fingerprints: [{ algorithm: 'sha-512', value: 'AB' }] } as const;
    expect(() => checkDtlsParameters({ ...wrong, fingerprints: [...wrong.fingerprints] })).toThrow(
      RefusalError,
    );
  });

  it('in lower case are made upper case, as the worker compares them', () => {
    const [fingerprint] = dtlsParameters.fingerprints;
    const lower = { algorithm: 'sha-256' as const, value: fingerprint?.value.toLowerCase() ?? '' };
    expect(checkDtlsParameters({ role: 'client', fingerprints: [lower] })).toEqual(dtlsParameters);
  });
});

it('hostile RTP capabilities are refused per producer', async () => {
  const { params } = await openSession(base);
  const producer = newProducer();
  const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
  await call(base, 'openProducer', { ...params, producer }, body);
  const codec = {
    kind: 'video',
    mimeType: 'video/VP8',
    preferredPayloadType: 96,
    clockRate: 90_000,
  } as const;
  for (const codecs of [
    [],
    [{ ...codec, mimeType: 'x' }],
    [{ ...codec, parameters: { a: true } }],
    [{ ...codec, rtcpFeedback: [{ type: '' }] }],
  ]) {
    const answer = await call(base, 'openConsumers', params, {
      producerIds: [producer],
      rtpCapabilities: { codecs },
    });
    expect(answer.refused).toMatchObject([{ error: { code: 'bad_request' } }]);
  }
  await expectUnharmed();
});
