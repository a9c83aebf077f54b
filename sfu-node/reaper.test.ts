import { locateTool } from '@parley/setup';
import { createLogger } from '@parley/telemetry';
import { freePort } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { Reaper } from './reaper.ts';
import { Rooms } from './rooms.ts';
import { newParticipant, newRoom, newTransport, noMesh, noMeter } from './test-sfu.ts';
import { WorkerPool } from './worker-pool.ts';

const log = createLogger('test');
log.level = 'silent';
let pool: WorkerPool;
beforeAll(async () => {
  const workerBin = locateTool('mediasoupWorker');
  const ports = [await freePort()];
  const addresses = [{ ip: '127.0.0.1', announced: '127.0.0.1' }];
  pool = new WorkerPool({ addresses, workerBin, ports, consumersPerWorker: 500 }, log);
  await pool.start();
});
afterAll(() => pool?.close());

it('closes rooms without people after a while, and people who never used their transports much later', async () => {
  const rooms = new Rooms(pool, defaultLimits, noMesh(), noMeter());
  const reaper = new Reaper(rooms, { leftMs: 100, unusedMs: 1_000 }, log);
  const { room: occupied } = await rooms.open(newRoom());
  await rooms.open(newRoom());
  await occupied.openTransport(newParticipant(), newTransport(), 'send');

  await reaper.sweep(0);
  await reaper.sweep(99);
  expect(rooms.all).toHaveLength(2);
  await reaper.sweep(100);
  expect(rooms.all).toEqual([occupied]);
  await reaper.sweep(999);
  expect(rooms.participants).toBe(1);
  await reaper.sweep(1_000);
  expect(rooms.participants).toBe(0);
  await reaper.sweep(1_099);
  expect(rooms.all).toEqual([]);
});
