/** Clients that ask for too much: they are contained, and nobody else notices. */
import { randomUUID } from 'node:crypto';
import type { Socket as TcpSocket } from 'node:net';
import { type Answer, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage({ replicas: 0, room: { maxParticipants: 1000 } });
let running: RunningReplica;

const start = async (settings: Record<string, string> = {}) => {
  running = stage.use(await startReplica(stage.server.url, settings));
  await eventually('readiness', async () => (await fetch(`${running.url}/readyz`)).ok);
};
const client = (options = {}) => stage.client(running, options);
const figure = async (name: string) => {
  const text = await (await fetch(`${running.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find(line => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
};

test('J7 of many who join a room at once some are told to wait, and get in when they come again', async () => {
  await start({ ROOM_JOINS_PER_SECOND: '2' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const one = client();
      return { one, answer: await one.ask('join', { room: stage.room.key, displayName: 'Ada' }) };
    }),
  );
  const waiting = answers.flatMap(({ one, answer }) => (answer.ok ? [] : [{ one, error: answer.error }]));
  expect(waiting.length).toBeGreaterThan(0);
  for (const { error } of waiting) {
    expect(error).toMatchObject({ code: 'busy', retryAfterMs: expect.any(Number) });
    expect(error.message).toContain('Many people are joining');
    expect(error.retryAfterMs).toBeLessThanOrEqual(10_000);
  }
  // On the same connection.
  const [last] = waiting;
  await eventually('their turn', async () => {
    const answer = await last?.one.ask('join', { room: stage.room.key, displayName: 'Ada' });
    return answer?.ok;
  });
  const elsewhere = await stage.newRoom({ maxParticipants: 50 });
  await client().join(elsewhere.key);
});

test('J7 too many joins of one replica are told to wait before anything is looked up', async () => {
  await start({ JOINS_PER_SECOND: '1' });
  const codes: string[] = [];
  for (let i = 0; i < 4; i++) {
    const answer = await client().ask('join', { room: 'no-such-room', displayName: 'Ada' });
    if (!answer.ok) codes.push(answer.error.code);
  }
  expect(codes.slice(0, 2)).toEqual(['room_not_ready', 'room_not_ready']);
  expect(codes).toContain('busy');
});

test('J7 a client of version 1 hears unavailable', async () => {
  await start({ JOINS_PER_SECOND: '1' });
  const old = { auth: { version: 1, revision: 1 } };
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => client(old).ask('join', { room: 'no-such-room', displayName: 'Ada' })),
  );
  const codes = answers.map(answer => (answer.ok ? 'ok' : answer.error.code));
  expect(codes).toContain('unavailable');
  expect(codes).not.toContain('busy');
});

test('C5 of 1,000 connections from one address no more are taken than it may have, and others do not notice', async () => {
  await start({ CONNECTIONS_PER_ADDRESS: '100' });
  const many = { extraHeaders: { 'x-forwarded-for': '198.51.100.1' } };
  const crowd = Array.from({ length: 1000 }, () => client(many));
  const outcomes = await Promise.all(
    crowd.map(one => Promise.race([one.connected().then(() => 'in'), one.refused().then(() => 'out')])),
  );
  expect(outcomes.filter(outcome => outcome === 'in')).toHaveLength(100);
  expect(await figure('parley_signaling_refused_sockets_total{reason="address"}')).toBe(900);
  const bystander = client({ extraHeaders: { 'x-forwarded-for': '198.51.100.2' } });
  await bystander.join(stage.room.key);
  // Whoever goes makes space.
  crowd.find(({ socket }) => socket.connected)?.socket.disconnect();
  await eventually('space', async () => {
    const one = client(many);
    return Promise.race([one.connected().then(() => true), one.refused().then(() => false)]);
  });
});

test('R9 a client that does not read is cut off, others are not, and it may come back', async () => {
  await start({ GRACE_SECONDS: '60' });
  const watcher = client();
  await watcher.join(stage.room.key, 'Watcher');
  const slow = client();
  const { participantId, sessionSecret } = await slow.join(stage.room.key, 'Slow');
  // So large a room that its snapshots are.
  const crowd = Array.from({ length: 500 }, (_, order) => {
    const id = randomUUID();
    const person = { id, displayName: 'x'.repeat(64), secretHash: '', order: order + 10 };
    return [id, JSON.stringify(person)];
  });
  await stage.redis.hset(redisKeys.participants(stage.room.key), ...crowd.flat());

  const tcp = Reflect.get(slow.socket.io.engine.transport, 'ws')._socket as TcpSocket;
  tcp.pause();
  // Within what it may ask for, so that it is not cut off for that.
  for (let i = 0; i < 100; i++) slow.socket.emit('sync', {}, () => {});
  await watcher.event('participantConnection', participantId, 30_000);
  expect(await figure('parley_signaling_ended_sockets_total{reason="slow"}')).toBe(1);
  expect(watcher.socket.connected).toBe(true);
  await client().get('resume', { room: stage.room.key, participantId, sessionSecret });
});

test('R5 no more than so many requests of one connection are under way', async () => {
  await start();
  const one = client();
  await one.join(stage.room.key);
  const pid = Number(/process_id:(\d+)/.exec(await stage.redis.info('server'))?.[1]);
  // No command gets an answer, so that requests stay under way.
  process.kill(pid, 'SIGSTOP');
  try {
    const messages: string[] = [];
    const ask = () =>
      one.socket.emit('sync', {}, (answer: Answer<'sync'>) => {
        if (!answer.ok) messages.push(answer.error.message);
      });
    for (let i = 0; i < 100; i++) ask();
    await eventually('a refusal that is not for speed', () => {
      ask();
      return messages.some(message => message.includes('under way'));
    });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(one.socket.connected).toBe(true);
});
