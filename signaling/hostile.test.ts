/** Clients that keep to no rule beside a call of two: they are contained, and the call notices nothing. */
import { randomUUID } from 'node:crypto';
import type { ChatMessageId, ParticipantId, ProducerId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import fc from 'fast-check';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Guest } from './testing/guest.ts';
import { startReplicaProcess } from './testing/processes.ts';
import { opus } from './testing/rtp.ts';
import { useStage } from './testing/stage.ts';
import { agree, haveRead } from './testing/together.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage({ replicas: 0 });
let replica: Awaited<ReturnType<typeof startReplicaProcess>>;
let ada: Guest;
let grace: Guest;

// A process, as what is not contained would end it.
beforeAll(async () => {
  replica = stage.keep(await startReplicaProcess(stage.server.url));
});
beforeEach(async () => {
  const enter = async (name: string) =>
    stage.use(await Guest.enter(`http://127.0.0.1:${replica.port}`, stage.room.key, name));
  ada = await enter('Ada');
  grace = await enter('Grace');
  await Promise.all([ada.publish(), grace.publish()]);
});

const client = () => stage.client(replica);
const refused = (code: string) => ({ ok: false, error: { code } });
/** The two are there as before, with `more` that others wrote, and whatever happened in between was well-formed. */
const callIsWhole = async (more: string[] = []) => {
  ada.chat.send('Are you there?');
  await eventually('Grace to have read it', () => grace.texts.includes('Are you there?'));
  grace.chat.send('Yes');
  await haveRead([ada, grace], [...more, 'Are you there?', 'Yes']);
  const { participants } = await agree([ada, grace]);
  for (const guest of [ada, grace]) {
    expect(guest).toMatchObject({ returns: 0, failed: undefined, goodbyes: [], ids: [guest.id] });
    expect(participants.find(({ id }) => id === guest.id)).toMatchObject({
      connected: true,
      producers: [{ id: guest.producer, paused: false }],
    });
    guest.history();
  }
  return participants;
};

const request = fc.constantFrom('join', 'resume', 'sendChat', 'publish', 'leave', 'sync', '__proto__');
const frame = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 64 }),
  // Packets of Engine.IO and Socket.IO, of every type and with anything in them.
  fc.tuple(fc.constantFrom('0', '1', '2', '3', '4', '5', '6'), fc.string()).map(parts => parts.join('')),
  fc
    .tuple(fc.constantFrom('40', '41', '42', '43', '44', '45', '46', '451-', '42/x,', '427'), fc.json())
    .map(parts => parts.join('')),
  fc
    .tuple(request, fc.jsonValue(), fc.nat(9))
    .map(([name, value, id]) => `42${id}${JSON.stringify([name, value])}`),
  fc.constant('42["join",{"_placeholder":true,"num":1e9}]'),
);
/** Sends these frames on a WebSocket of its own, once `hello` is answered; resolves when that is closed by either. */
const sendRaw = (hello: string, frames: (string | Uint8Array<ArrayBuffer>)[]) =>
  new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${replica.port}/socket.io/?EIO=4&transport=websocket`);
    const sendAll = () => {
      for (const one of frames) socket.send(one);
      socket.close();
    };
    socket.onopen = () => (hello === '' ? sendAll() : socket.send(hello));
    socket.onmessage = ({ data }) => {
      if (/^4[04]/.test(`${data}`)) sendAll();
    };
    socket.onclose = () => resolve();
    socket.onerror = () => reject(new Error('No WebSocket could be had.'));
  });

test('R3 R4 C2 whatever is sent on a connection, before and after it was let in, ends that connection at most', async () => {
  const hello = fc.constantFrom('40{"version":2}', '40{"version":1}', '40', '');
  const frames = fc.array(
    frame.map(one => (typeof one === 'string' ? one : new Uint8Array(one))),
    { minLength: 1, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(hello, frames, async (first, rest) => {
      await sendRaw(first, rest);
      expect(replica.child.exitCode).toBe(null);
    }),
    { numRuns: 300 },
  );
  const metrics = await (await fetch(`http://127.0.0.1:${replica.port}/metrics`)).text();
  expect(metrics, 'some of it was read').toMatch(
    /^parley_signaling_requests_total\{.*"bad_request".*\} [1-9]/m,
  );
  expect(await callIsWhole()).toHaveLength(2);
});

test("G2 M2 R7 nobody acts as another: with their ids, with a guessed secret, or in another's name", async () => {
  const [adaId, producerId] = [ada.id, ada.producer];
  if (!adaId || !producerId) throw new Error('Ada is not there.');
  const resume = { participantId: adaId, room: stage.room.key, sessionSecret: '' };
  for (const sessionSecret of ['', 'x', randomUUID(), 'A'.repeat(43)]) {
    const guess = await client().ask('resume', { ...resume, sessionSecret });
    expect(guess).toMatchObject(refused('forbidden'));
  }
  const mallory = client();
  const joined = await mallory.join(stage.room.key, 'Ada');
  expect(joined.participantId).not.toBe(adaId);
  // One's own secret opens nobody else's session, and a second stay takes a second connection.
  const { sessionSecret } = joined;
  expect(await client().ask('resume', { ...resume, sessionSecret })).toMatchObject(refused('forbidden'));
  expect(await mallory.ask('resume', { ...resume, sessionSecret })).toMatchObject(refused('conflict'));
  expect(await mallory.send('join', { room: stage.room.key, displayName: 'Again' })).toMatchObject(
    refused('conflict'),
  );

  const stolen = { producerId, source: 'microphone', rtpParameters: opus(), participantId: adaId };
  expect(await mallory.send('publish', stolen)).toMatchObject({ ok: false });
  expect(await mallory.ask('pauseProducer', { producerId, paused: true })).toMatchObject(
    refused('not_found'),
  );
  expect(await mallory.ask('unpublish', { producerId })).toMatchObject(refused('not_found'));
  await mallory.send('leave', { participantId: adaId }).then(() => mallory.socket.disconnect());
  await eventually('the impostor alone to be gone', () => ada.view?.participants.length === 2);

  const forger = client();
  const { participantId } = await forger.join(stage.room.key, 'Forger');
  const from = { id: adaId, displayName: 'Ada' };
  const id = randomUUID() as ChatMessageId;
  await forger.send('sendChat', { id, text: 'I am Ada', from, seq: 1, at: 1 });
  await eventually('the message', () => grace.texts.includes('I am Ada'));
  expect(grace.chat.snapshot().messages[0]?.from).toEqual({ id: participantId, displayName: 'Forger' });
  expect(await callIsWhole(['I am Ada'])).toHaveLength(3);
});

test('R7 R8 G4 H2 what somebody sent before they left does nothing when it is sent again, by them or another', async () => {
  const joan = client();
  const { participantId, sessionSecret } = await joan.join(stage.room.key, 'Joan');
  const said: [string, object][] = [
    ['resume', { participantId, sessionSecret, room: stage.room.key }],
    ['publish', { producerId: randomUUID() as ProducerId, source: 'microphone', rtpParameters: opus() }],
    ['sendChat', { id: randomUUID() as ChatMessageId, text: 'Hello' }],
    ['leave', {}],
  ];
  for (const [name, value] of said.slice(1)) expect(await joan.send(name, value)).toMatchObject({ ok: true });
  await eventually('Joan to be gone', () => ada.view?.participants.length === 2);
  await eventually('her message to be read', () => grace.texts.includes('Hello'));
  const { seq } = await agree([ada, grace]);

  for (const again of [joan, client()]) {
    const codes: string[] = [];
    for (const [name, value] of said) {
      const answer = await again.send(name, value);
      codes.push(answer.ok ? 'ok' : answer.error.code);
    }
    // Leaving where one is not is no mistake. A connection that carried a stay carries no other.
    const first = again === joan ? 'conflict' : 'session_lost';
    expect(codes).toEqual([first, 'not_joined', 'not_joined', 'ok']);
  }
  expect((await agree([ada, grace])).seq).toBe(seq);

  // Who is in and repeats another's message writes nothing.
  const echo = client();
  await echo.join(stage.room.key, 'Echo');
  const [, message] = said[2] ?? [];
  expect(await echo.send('sendChat', message)).toEqual({ ok: true, value: { seq: 1 } });
  const ids: (ParticipantId | undefined)[] = (await callIsWhole(['Hello'])).map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(ids).not.toContain(participantId);
});
