/** Help for tests: a real SFU on ports of its own, and real calls of its control API. */
import { randomUUID } from 'node:crypto';
import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlApi,
  type DtlsParameters,
  type ParticipantId,
  type ProducerId,
  Refusal,
  RefusalError,
  type RoomUid,
  type RtpParameters,
  type SfuInstance,
  type TransportId,
} from '@parley/protocol';
import { parseRedisUrl } from '@parley/redis';
import { locateTool } from '@parley/setup';
import { createLogger, toTracing, tracingEnv } from '@parley/telemetry';
import { freePort } from '@parley/testing';
import { z } from 'zod';
import { mediaAddresses } from './addresses.ts';
import type { Limits } from './limits.ts';
import { defaultLimits } from './limits.ts';
import { Peers } from './mesh/peers.ts';
import type { Settings } from './settings.ts';
import { Sfu } from './sfu.ts';
import { StreamMeter } from './stream-meter.ts';

export const token = 'a-token-for-the-tests';

export interface TestSfu extends AsyncDisposable {
  readonly sfu: Sfu;
  readonly settings: Settings;
}

/** Starts an SFU in this process. Redis is nowhere unless `redisUrl` says where. */
export async function startSfu(
  options: Partial<Settings> & { workers?: number; limits?: Partial<Limits>; redisUrl?: string } = {},
): Promise<TestSfu> {
  const { workers = 1, limits, redisUrl = 'redis://127.0.0.1:1', ...overrides } = options;
  const settings: Settings = {
    pod: 'sfu-test',
    ip: '127.0.0.1',
    pool: undefined,
    addresses: { ips: ['127.0.0.1'], families: ['IPv4', 'IPv6'], announced: undefined },
    mediaPorts: await Promise.all(Array.from({ length: workers }, () => freePort())),
    redis: { address: parseRedisUrl(redisUrl), ca: undefined },
    controlToken: token,
    listenHost: '127.0.0.1',
    port: 0,
    consumersPerWorker: 500,
    drainMs: 0,
    roomIdleMs: 300_000,
    workerBin: locateTool('mediasoupWorker'),
    tracing: toTracing(z.object(tracingEnv).parse({})),
    ...overrides,
  };
  const log = createLogger('sfu-test');
  log.level = process.env.LOG_LEVEL ?? 'silent';
  const addresses = await mediaAddresses(settings.addresses);
  const sfu = new Sfu(settings, addresses, log, { ...defaultLimits, ...limits });
  await sfu.start();
  return { sfu, settings, [Symbol.asyncDispose]: () => sfu.stop() };
}

/** For rooms that no other SFU carries. */
export function noMesh() {
  const own = randomUUID() as SfuInstance;
  const isAlive = async () => undefined;
  const peers = new Peers({ own, token, limit: 0, isAlive, log: createLogger('sfu-test') });
  return { peers, ip: '127.0.0.1' };
}

/** For rooms whose media is not counted. */
export const noMeter = () => new StreamMeter({ grew: () => {}, roundTrip: () => {} });

/** One request over HTTP, as raw as a test wants it. */
export async function request(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; json: unknown; text: string }> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.status, json, text };
}

/** The URL of a call. */
export function urlOf<C extends ControlCall>(base: string, name: C, params: ControlParams<C>): string {
  const filled = controlApi[name].path.replace(
    /:(\w+)/g,
    (_, key) => (params as Record<string, string>)[key] ?? '',
  );
  return `${base}${filled}`;
}

/** Calls the control API as signaling does. @throws RefusalError what the SFU refused. */
export async function call<C extends ControlCall>(
  base: string,
  name: C,
  params: ControlParams<C>,
  body: ControlBody<C>,
): Promise<ControlResponse<C>> {
  const { method, response: schema } = controlApi[name];
  const { status, json } = await request(urlOf(base, name, params), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  });
  if (status === 200) return schema.parse(json) as ControlResponse<C>;
  const refusal = RefusalError.fromJson(z.object({ error: Refusal }).parse(json).error);
  if (refusal.status !== status) throw new Error(`${refusal.code} was answered with status ${status}.`);
  throw refusal;
}

export const newRoom = () => randomUUID() as RoomUid;
export const newParticipant = () => randomUUID() as ParticipantId;
export const newTransport = () => randomUUID() as TransportId;
export const newProducer = () => randomUUID() as ProducerId;

export const dtlsParameters: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
};

export const opus = (ssrc: number): RtpParameters => ({
  mid: `${ssrc}`,
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc }],
});

/** A camera in three layers, as Chromium sends it. */
export const simulcast: RtpParameters = {
  mid: 'camera',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'transport-cc' }],
    },
    { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
  ],
  headerExtensions: [
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 },
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10 },
  ],
  encodings: ['r0', 'r1', 'r2'].map(rid => ({ rid, scalabilityMode: 'L1T3' })),
};

/** A room with one participant who has both transports. */
export async function openSession(base: string, room = newRoom(), participant = newParticipant()) {
  const opened = await call(base, 'openRoom', { room }, {});
  const params = { room, participant };
  const open = (direction: 'send' | 'receive') =>
    call(base, 'openTransport', { ...params, transport: newTransport() }, { direction });
  const [send, receive] = await Promise.all([open('send'), open('receive')]);
  return { ...opened, ...params, params, send, receive };
}

/** The code of the refusal that a call meets. */
export async function refusalCode(called: Promise<unknown>): Promise<string> {
  const outcome = await called.then(
    () => 'answered',
    (error: unknown) => error,
  );
  if (outcome instanceof RefusalError) return outcome.code;
  if (outcome === 'answered') return outcome;
  throw outcome;
}
