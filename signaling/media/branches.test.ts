import { randomUUID } from 'node:crypto';
import type { MediaGeneration, SfuInstance } from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { RoomState } from '../state/room-state.ts';
import { readyPlacement } from '../testing/rooms.ts';
import { Branches } from './branches.ts';
import { Moves } from './moves.ts';
import { SfuClient } from './sfu-client.ts';

const log = createLogger('signaling');
log.level = 'silent';

test('Redis goes while somebody’s SFU is chosen: they alone hear of it, and the process lives', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  // It is not connected, so that whatever is asked of it fails at once.
  const redis = new Redis({ lazyConnect: true, enableOfflineQueue: false });
  redis.disconnect();
  const metrics = createMetrics();
  const sfu = new SfuClient('control-token-of-the-tests', metrics);
  const state = new RoomState(redis, () => {});
  const of = { sfu, state, deadlineMs: 60_000, metrics, log };
  const branches = new Branches({ ...of, moves: new Moves(of) });
  const further = [{ pod: 'sfu-1', instance: randomUUID() as SfuInstance, controlUrl: 'http://127.0.0.1:9' }];
  const placement = readyPlacement({ further });
  const generation = 'first' as MediaGeneration;
  const seen = { generation, sfu: placement.sfu, branches: [], former: undefined };
  await expect(branches.choose(placement, seen)).rejects.toMatchObject({ code: 'unavailable' });
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  sfu.close();
});
