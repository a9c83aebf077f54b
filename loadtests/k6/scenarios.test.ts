/** The scenario files themselves, on Node, against a replica, Redis, an SFU and a kube-apiserver. The test places the rooms, as the operator does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startControlPlane } from '@parley/local';
import { RoomKey, type RoomUid } from '@parley/protocol';
import { definitions } from '@parley/resources';
import { place, readyPlacement, secrets, startReplicaProcess, startSfu } from '@parley/signaling/test';
import { startRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Result } from './summary/result.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const cleanup = new AsyncDisposableStack();
const Rooms = z.object({
  items: z.array(
    z.object({ metadata: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }) }),
  ),
});
let url: string;
let results: string;
let mute: RoomKey;
let left: () => Promise<string[]>;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'parley-load-'));
  cleanup.defer(() => rm(results, { recursive: true }));
  const plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-load-')) });
  cleanup.defer(() => plane.stop());
  await plane.apply(definitions);
  const server = cleanup.use(await startRedis());
  const redis = cleanup.adopt(new Redis(server.url), connection => connection.disconnect());
  const { sfu } = cleanup.use(await startSfu(server.url, redis));
  const media = { audio: false, video: false, screen: false };
  mute = (await place(redis, readyPlacement({ sfu, media }))).key;
  const replica = cleanup.use(await startReplicaProcess(server.url, { KUBECONFIG: plane.kubeconfig }));
  url = `http://127.0.0.1:${replica.port}`;

  const rooms = async () =>
    Rooms.parse(await plane.client.call({ path: '/apis/parley.dev/v1alpha1/rooms' })).items;
  left = async () => (await rooms()).map(({ metadata }) => metadata.name);
  const placed = new Map<string, RoomKey>();
  const placeAll = async () => {
    const found = await rooms();
    for (const { metadata } of found) {
      if (placed.has(metadata.uid)) continue;
      const key = RoomKey.parse(`${metadata.namespace}/${metadata.name}`);
      placed.set(metadata.uid, key);
      await place(redis, readyPlacement({ key, uid: metadata.uid as RoomUid, sfu }));
    }
    for (const [uid, key] of placed) {
      if (found.some(({ metadata }) => metadata.uid === uid)) continue;
      placed.delete(uid);
      await place(redis, { state: 'ended', key, uid: uid as RoomUid });
    }
  };
  const stopped = new AbortController();
  const placing = (async () => {
    while (!stopped.signal.aborted) {
      await placeAll();
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  })();
  cleanup.defer(async () => {
    stopped.abort();
    await placing;
  });
});
afterAll(() => cleanup.disposeAsync());

/** Runs a scenario as `npm run loadtest` does. */
async function run(scenario: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [main, scenario, '-e', 'SEED=7'], {
    env: { PATH: process.env.PATH, BASE_URL: url, API_KEY: secrets.API_KEY, RESULTS: results, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk));
  const [status] = await once(child, 'close');
  return { status, said };
}

const Json = z.custom<Result>(value => typeof Object(value).scenario === 'string');
const resultOf = async (scenario: string) =>
  Json.parse(JSON.parse(await readFile(join(results, `${scenario}.json`), 'utf8')));

const media = ['publish', 'subscribe'].map(request => `parley_request_duration{request:${request}}`);
const short = { PEOPLE: '6', ROOMS: '2', DURATION: '8s', OVER: '1' };
const cases: [string, Record<string, string>, string[]][] = [
  ['join-storm', short, ['parley_join_duration', ...media, 'parley_connect_duration']],
  [
    'meeting-churn',
    { ...short, STAY: '1.5', BETWEEN: '0.2', AWAY: '0.2' },
    ['parley_event_delay', 'parley_join_duration', ...media],
  ],
  ['chat-fan-out', { ...short, RATE: '1' }, ['parley_chat_delay', 'parley_chat_delay{phase:writing}']],
  ['reconnect-storm', { ...short, EVERY: '2' }, ['parley_resume_duration']],
  ['rest-api', { PEOPLE: '2', DURATION: '2s', PAUSE: '0.2' }, ['parley_rest_duration', 'http_req_duration']],
  [
    'soak',
    { ...short, STAY: '1.5', BETWEEN: '0.2', AWAY: '0.2' },
    ['parley_event_delay', 'parley_join_duration'],
  ],
];

describe.concurrent('on Node', () => {
  test.each(cases)(
    '%s does what it says and tells of it',
    { timeout: 150_000 },
    async (scenario, env, measured) => {
      const { status, said } = await run(scenario, env);
      // A limit of a time may be broken where the machine is busy; everything else has to be right.
      expect([0, 99], said).toContain(status);
      expect(said).not.toContain('An iteration failed');
      const result = await resultOf(scenario);
      const broken = result.limits.filter(({ kept, isTime }) => !kept && !isTime);
      expect(broken).toEqual([]);
      expect(result.metrics.iterations?.values.count).toBe(Number(env.PEOPLE));
      const all = { ...result.metrics, ...result.parts };
      for (const name of measured) expect(all[name]?.values.count, name).toBeGreaterThan(0);
      expect(said).toContain(`${scenario}: `);
      expect(JSON.stringify(result) + said).not.toContain(secrets.API_KEY);
      expect(await readFile(join(results, `${scenario}.html`), 'utf8')).toContain(`<h1>${scenario}</h1>`);
    },
  );
});

test('the rooms that were made are gone', async () => {
  expect(await left()).toEqual([]);
});

test('who is in and may not send has not taken part, and the run has not passed', async () => {
  const { status } = await run('join-storm', { ...short, DURATION: '2s', ROOM_KEYS: mute });
  expect(status).toBe(99);
  const { passed, limits } = await resultOf('join-storm');
  expect(passed).toBe(false);
  expect(limits).toContainEqual(
    expect.objectContaining({ metric: 'parley_media_failed', value: 1, kept: false }),
  );
  expect(limits).toContainEqual(expect.objectContaining({ metric: 'parley_join_failed', value: 0 }));
});

test('a wrong key is said as such, before anything else', async () => {
  const { status, said } = await run('join-storm', { ...short, API_KEY: 'nobody' });
  expect([status, said]).toEqual([107, expect.stringMatching(/status 401.*Is API_KEY right\?/)]);
  const nowhere = await run('rest-api', { BASE_URL: 'http://127.0.0.1:9' });
  expect([nowhere.status, nowhere.said]).toEqual([
    107,
    expect.stringMatching(/does not answer. Is BASE_URL right/),
  ]);
});
