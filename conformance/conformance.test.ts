/** The suite against two replicas that are processes of their own, with real Redis and a real SFU. */

import { linkOverWebSocket } from '@parley/loadtests/k6';
import { type ClosedPlacement, type ReadyPlacement, redisKeys } from '@parley/protocol';
import { place, readyPlacement, secrets, startReplicaProcess, startSfu } from '@parley/signaling/test';
import { eventually, startRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { nameOf, runsOf, timeoutOf } from './check.ts';
import type { ClosingRoom, Endpoint, RoomWish } from './endpoint.ts';
import { openSocketIo } from './link.ts';
import { RestRooms } from './rest-rooms.ts';
import { checks } from './rules/index.ts';
import { play } from './run.ts';

/** Long enough for who comes back on a machine where other tests run. */
const graceMs = 8000;
const cleanup = new AsyncDisposableStack();
let endpoint: Endpoint;

beforeAll(async () => {
  const server = cleanup.use(await startRedis());
  const redis = cleanup.adopt(new Redis(server.url), connection => connection.disconnect());
  const { sfu } = cleanup.use(await startSfu(server.url, redis));
  const settings = { GRACE_SECONDS: `${graceMs / 1000}` };
  const first = cleanup.use(await startReplicaProcess(server.url, settings));
  const second = cleanup.use(await startReplicaProcess(server.url, settings));
  const urls = [`http://127.0.0.1:${first.port}`, `http://127.0.0.1:${second.port}`] as const;
  await redis.set(redisKeys.placementsComplete, '1');

  const rest = new RestRooms(urls[0], secrets.API_KEY);
  const make = async ({ state, ...wish }: RoomWish): Promise<ClosingRoom> => {
    const open: ReadyPlacement = readyPlacement({ sfu, direct: true, ...wish });
    const { key, uid } = open;
    const closed: ClosedPlacement = {
      state: 'closed',
      key,
      uid,
      reason: 'Suspended',
      message: 'It is closed for now.',
    };
    await place(redis, state === 'closed' ? closed : open);
    return {
      key,
      token: wanted => rest.token(key, wanted),
      close: async () => void (await place(redis, closed)),
      end: async () => void (await place(redis, { state: 'ended', key, uid })),
    };
  };
  endpoint = { urls, origin: 'http://127.0.0.1:8080', graceMs, rooms: { make, makeClosing: () => make({}) } };
  for (const url of urls) await eventually('readiness', async () => (await fetch(`${url}/readyz`)).ok);
});
afterAll(() => cleanup.disposeAsync());

/** Socket.IO's own client, and that of the load tests; side by side, since most checks wait. */
const links = { 'Socket.IO': openSocketIo, 'the client for k6': linkOverWebSocket };

describe.concurrent('two replicas keep', () => {
  for (const run of runsOf(checks)) {
    for (const [name, openLink] of Object.entries(links)) {
      test(`${nameOf(run)}, by ${name}`, { timeout: timeoutOf(run.check) + 5000 }, () =>
        play(run, { ...endpoint, openLink }),
      );
    }
  }
});
