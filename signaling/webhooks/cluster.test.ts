/** Webhooks of rooms whose keys lie on different servers of a real Redis Cluster. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MediaGeneration, type ParticipantId, redisKeys, rightsOfRole } from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { eventually, startSecureRedis } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../metrics.ts';
import { every } from '../presence/every.ts';
import { RoomState } from '../state/room-state.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { connectTo } from '../testing/stage.ts';
import { WebhookDelivery } from './delivery.ts';
import { WebhookMessage } from './message.ts';
import { toWebhooks, webhookEnv } from './settings.ts';

// A cluster takes its time to notice that a server is gone.
vi.setConfig({ testTimeout: 120_000 });

const generation = 'first' as MediaGeneration;

test('receivers are told of every room, wherever in a cluster it is, also after a server of it was replaced', async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startSecureRedis('cluster'));
  const redis = stack.adopt(await connectTo(server.environment), connection => connection.disconnect());
  const heard = new Map<string, string[]>();
  const http = createServer(async (request, response) => {
    const { type, data } = WebhookMessage.parse(JSON.parse((await request.toArray()).join('')));
    heard.set(data.room, [...(heard.get(data.room) ?? []), type]);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  stack.defer(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  const settings = toWebhooks(
    z.object(webhookEnv).parse({
      WEBHOOK_URLS: `http://127.0.0.1:${port}/one http://127.0.0.1:${port}/two`,
      WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    }),
  );
  const log = createLogger('signaling');
  log.level = 'silent';
  const of = { redis, settings, replica: randomUUID(), metrics: createMetrics(), log };
  const delivery = new WebhookDelivery(of);
  const stopping = new AbortController();
  const rounds = every(100, stopping.signal, log, () => delivery.round());
  stack.defer(async () => {
    stopping.abort();
    await rounds;
    await delivery.stop();
  });
  const ids = settings.receivers.map(({ id }) => id);
  const state = new RoomState(redis, () => {}, ids);

  /** Somebody is in a new room for a moment. */
  const visit = async () => {
    const room = await place(redis, readyPlacement());
    await state.setGeneration(room, undefined, generation);
    const id = randomUUID() as ParticipantId;
    const person = {
      id,
      displayName: 'Ada',
      role: 'speaker' as const,
      rights: rightsOfRole.speaker,
      secretHash: 'hash',
    };
    const connection = { replica: 'a', socket: randomUUID() };
    expect((await state.join(room, generation, 5, person, connection)).status).toBe('ok');
    await state.remove(room, id, connection);
    return room;
  };
  const told = ['room_started', 'participant_joined', 'participant_left', 'room_ended'];
  /** At least once each, and in order: the last of both receivers is there. */
  const isTold = (key: string) => () =>
    (heard.get(key) ?? []).filter(type => type === 'room_ended').length >= settings.receivers.length;

  const rooms = await Promise.all(Array.from({ length: 20 }, visit));
  for (const { key } of rooms) {
    await eventually(`webhooks of ${key}`, isTold(key), 20_000);
    expect(new Set(heard.get(key))).toEqual(new Set(told));
  }
  const [first] = rooms;
  if (!first) throw new Error('there are rooms');
  await server.loseMaster(redisKeys.outboxes);
  const later = await eventually(
    'the cluster to be whole again',
    () => visit().catch(() => undefined),
    20_000,
  );
  await eventually('webhooks of the later room', isTold(later.key), 20_000);
});
