import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ChatMessage,
  type Goodbye,
  protocolRevision,
  protocolVersion,
  RefusalError,
  type RoomEvent,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { createTraceparent } from './traceparent.ts';

const seen: { lost: number; unreadable: number; events: RoomEvent[]; goodbyes: Goodbye[] } = {
  lost: 0,
  unreadable: 0,
  events: [],
  goodbyes: [],
};
let server: Server;
let accepted: Promise<Socket>;
let connection: Connection;

beforeEach(async () => {
  Object.assign(seen, { lost: 0, unreadable: 0, events: [], goodbyes: [] });
  const http = createServer();
  server = new Server(http, { transports: ['websocket'] });
  accepted = new Promise(resolve => server.on('connection', resolve));
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  connection = new Connection(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {
    lost: () => seen.lost++,
    unreadable: () => seen.unreadable++,
    room: event => seen.events.push(event),
    goodbye: goodbye => seen.goodbyes.push(goodbye),
  });
});

afterEach(async () => {
  connection.close();
  await server.close();
});

test('says its version, sends a request and reads the answer', async () => {
  const traceparent = createTraceparent();
  await connection.open(traceparent);
  const socket = await accepted;
  expect(socket.handshake.auth).toEqual({
    version: protocolVersion,
    revision: protocolRevision,
    traceparent,
  });
  const snapshot = { seq: 7, at: 1, generation: 'g', participants: [], locked: false };
  socket.on('sync', (_request, answer) =>
    answer({ ok: true, value: { snapshot: { ...snapshot, later: 'ignored' } } }),
  );
  expect(await connection.request('sync', {})).toEqual({ snapshot });
});

test('a refusal becomes the same error here', async () => {
  await connection.open();
  (await accepted).on('leave', (_request, answer) =>
    answer({ ok: false, error: { code: 'room_full', message: 'Full.' } }),
  );
  await expect(connection.request('leave', {})).rejects.toMatchObject({
    code: 'room_full',
    message: 'Full.',
  });
});

test('a refusal with a code of a later version is internal', async () => {
  await connection.open();
  (await accepted).on('leave', (_request, answer) => answer({ ok: false, error: { code: 'tired' } }));
  await expect(connection.request('leave', {})).rejects.toMatchObject({ code: 'internal' });
});

test('an answer that cannot be read tells people to reload', async () => {
  await connection.open();
  (await accepted).on('snapshot', (_request, answer) => answer({ ok: true, value: { seq: 'one' } }));
  await expect(connection.request('snapshot', {})).rejects.toMatchObject({ code: 'unsupported_version' });
});

test('a request that is not answered is unavailable', async () => {
  await connection.open();
  await expect(connection.request('snapshot', {}, 1)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a request on a connection that is not open, or breaks, is unavailable', async () => {
  await expect(connection.request('leave', {})).rejects.toMatchObject({ code: 'unavailable' });
  await connection.open();
  (await accepted).on('leave', () => server.disconnectSockets(true));
  await expect(connection.request('leave', {})).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen.lost).toBe(1);
});

test('hands over what middleware refuses the connection with', async () => {
  const refusal = new RefusalError('bad_request', 'That is no handshake.');
  server.use((_socket, next) => next(Object.assign(new Error('no'), { data: refusal.toJSON() })));
  await expect(connection.open()).rejects.toMatchObject(refusal.toJSON());
  expect(seen.lost).toBe(0);
});

test('C2 a server that is older is waited for; one that is newer wants the page loaded again', async () => {
  let served: object = {};
  server.use((_socket, next) => {
    const data = { code: 'unsupported_version', message: 'Reload the page.', ...served };
    next(Object.assign(new Error('no'), { data }));
  });
  const waits = { code: 'unavailable', retry: 'later', retryAfterMs: 1_000 };
  await expect(connection.open()).rejects.toMatchObject(waits);
  served = { served: { version: protocolVersion - 1, oldestVersion: protocolVersion - 1 } };
  await expect(connection.open()).rejects.toMatchObject(waits);
  served = { served: { version: protocolVersion + 2, oldestVersion: protocolVersion + 1 } };
  await expect(connection.open()).rejects.toMatchObject({ code: 'unsupported_version', retry: 'no' });
});

test('C8 what the server allows in its welcome is not exceeded', async () => {
  const limits = { maxMessageBytes: 1_000, requestsPerSecond: 1_000, burst: 5 };
  const times: number[] = [];
  server.on('connection', socket => {
    socket.emit('welcome', { version: protocolVersion, oldestVersion: 1, limits });
    socket.on('leave', (_request, answer) => {
      times.push(performance.now());
      answer({ ok: true, value: {} });
    });
  });
  await connection.open();
  // Its answer comes behind the welcome.
  await connection.request('leave', {});
  const began = performance.now();
  await Promise.all(Array.from({ length: 44 }, () => connection.request('leave', {})));
  // Timers never go off early: 44 of them at 800 a second, but for 4 that go at once.
  expect((times.at(-1) ?? 0) - began).toBeGreaterThanOrEqual(39 * 1.25);
});

test('a server that is not there is unavailable', async () => {
  await server.close();
  await expect(connection.open()).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that goes before it has let the connection in is unavailable', async () => {
  server.use(socket => socket.conn.close());
  await expect(connection.open()).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen.lost).toBe(0);
});

test('closing ends an opening', async () => {
  const opening = connection.open();
  connection.close();
  await expect(opening).rejects.toMatchObject({ code: 'unavailable' });
});

test('reads events, and says when it cannot', async () => {
  await connection.open();
  const socket = await accepted;
  socket.on('leave', (_request, answer) => answer({ ok: true, value: {} }));
  const event: RoomEvent = {
    type: 'mediaReset',
    seq: 3,
    at: 2,
    after: 1,
    generation: 'g2' as Extract<RoomEvent, { type: 'mediaReset' }>['generation'],
  };
  socket.emit('room', event);
  socket.emit('room', { type: 'handRaised', seq: 4 });
  socket.emit('goodbye', { reason: 'room_ended', message: 'Over.' });
  await connection.request('leave', {});
  expect(seen).toMatchObject({
    events: [event],
    unreadable: 1,
    goodbyes: [{ reason: 'room_ended', message: 'Over.' }],
  });
});

test('H3 a chat message is handed over, and one that cannot be read is known to be missing', async () => {
  const [messages, unread]: [ChatMessage[], true[]] = [[], []];
  const { port } = server.httpServer.address() as AddressInfo;
  const reading = new Connection(`http://127.0.0.1:${port}`, {
    lost: () => {},
    unreadable: () => {},
    room: () => {},
    goodbye: () => {},
    chat: message => messages.push(message),
    unreadableChat: () => unread.push(true),
  });
  await reading.open();
  const socket = await accepted;
  const id = '0e0d1c8b-3b1f-4c57-9b5e-2d5d6c2b1a90';
  const message = { seq: 1, at: 5, after: 0, id, from: { id, displayName: 'Ada' }, text: 'Hello' };
  socket.emit('chat', { ...message, later: 'ignored' });
  socket.emit('chat', { ...message, seq: 'two' });
  await eventually('both to come', () => unread.length > 0);
  expect(messages).toEqual([message]);
  reading.close();
});
