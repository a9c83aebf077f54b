/** The suite has to notice servers that do not keep the rules. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RoomKey } from '@parley/protocol';
import { Server } from 'socket.io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { checks } from './rules/index.ts';
import { playAll } from './run.ts';

let http: HttpServer;
let io: Server;
let endpoint: Endpoint;

/** It lets everybody in, over any transport, and answers yes to everything. */
beforeAll(async () => {
  http = createServer();
  io = new Server(http);
  io.on('connection', socket => {
    socket.emit('room', { type: 'participantLeft' });
    socket.onAny((_event, ...args) => {
      const answer = args.at(-1);
      if (typeof answer === 'function') answer({ ok: true, value: {} });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const make = async () => ({
    key: RoomKey.parse(`default/room-${randomUUID().slice(0, 8)}`),
    token: async () => 'token',
    end: async () => {},
  });
  endpoint = { urls: [url], origin: url, graceMs: 0, rooms: { make } };
});
afterAll(() => io.close());

test('a server that says yes to everything is found to keep no rule', async () => {
  // Those that judge answers; others would wait long for what never comes.
  const rules = ['C1', 'C2', 'C3', 'R3', 'R7', 'J1', 'J2', 'J3', 'J4', 'A1', 'M1', 'G7'];
  const told: string[] = [];
  const results = await playAll(
    checks.filter(({ rule }) => rules.includes(rule)),
    endpoint,
    ({ rule }) => told.push(rule),
    new AbortController().signal,
  );
  expect(new Set(told)).toEqual(new Set(rules));
  expect(results.filter(({ outcome }) => outcome.is === 'kept')).toEqual([]);
  const skipped = results.filter(({ outcome }) => outcome.is === 'skipped').map(({ rule }) => rule);
  expect(new Set(skipped)).toEqual(new Set(['G7']));
}, 90_000);

test('what was stopped before it began is left out', async () => {
  expect(await playAll(checks, endpoint, () => {}, AbortSignal.abort())).toEqual([]);
});
