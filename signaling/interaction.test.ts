/** Raised hands, reactions, asks, and signals between two, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import {
  type Moderation,
  maxMessageBytes,
  type ParticipantId,
  reactionRate,
  type Signal,
  signalRate,
  type TransferId,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { version1 } from './testing/client.ts';
import { hearing, newest, withoutInteraction } from './testing/interactive.ts';
import { secrets } from './testing/processes.ts';
import { type Person, useStage } from './testing/stage.ts';

const stage = useStage({ room: { direct: true } });
const enter = (grant: Parameters<typeof stage.enter>[0] = {}, at = 0, options: object = newest) =>
  stage.enter(grant, at, options);
const decide = ({ client }: Person, moderation: Moderation) => client.ask('moderate', moderation);
const raise = ({ client }: Person, raised = true) => client.ask('raiseHand', { raised });
const done = { ok: true, value: {} };
const refused = (code: string, message = '') => ({
  ok: false,
  error: { code, message: expect.stringContaining(message) },
});
const hands = async ({ client }: Person) =>
  (await client.state()).participants.flatMap(({ id, hand }) => (hand === undefined ? [] : [{ id, hand }]));

test('I1 a raised hand is part of the state, in the order of raising, whoever raises it', async () => {
  const [ada, grace, viewer] = [await enter(), await enter({}, 1), await enter({ role: 'viewer' }, 1)];
  expect(await raise(viewer)).toEqual(done);
  const first = await ada.client.event('handRaised', viewer.id);
  expect(await raise(grace)).toEqual(done);
  const second = await ada.client.event('handRaised', grace.id);
  const raised = [
    { id: grace.id, hand: second.at },
    { id: viewer.id, hand: first.at },
  ];
  expect(second.at).toBeGreaterThanOrEqual(first.at);
  expect(await hands(ada)).toEqual(raised);
  expect((await enter()).joined.snapshot.participants.map(({ hand }) => hand)).toEqual([
    undefined,
    second.at,
    first.at,
    undefined,
  ]);
  const { seq } = await ada.client.state();
  expect(await raise(grace)).toEqual(done);
  expect((await ada.client.state()).seq).toBe(seq);
  expect(await raise(grace, false)).toEqual(done);
  expect(await hands(ada)).toEqual([raised[1]]);
});

test('I2 a hand stays up over a reconnection and another role, and goes down with who leaves', async () => {
  const [owner, guest] = [await enter({ role: 'owner' }), await enter({ displayName: '"hand":1,' }, 1)];
  await raise(guest);
  const { at } = await owner.client.event('handRaised', guest.id);
  await decide(owner, { action: 'setRole', participantId: guest.id, role: 'viewer' });
  guest.client.drop();
  await owner.client.event('participantConnection', guest.id);
  const back = stage.client(0, newest);
  await back.get('resume', guest.membership);
  expect(await hands(owner)).toEqual([{ id: guest.id, hand: at }]);
  expect((await back.state()).participants[1]).toMatchObject({ displayName: '"hand":1,', role: 'viewer' });
  await back.get('raiseHand', { raised: false });
  expect(await hands(owner)).toEqual([]);
  await back.get('raiseHand', { raised: true });
  await back.get('leave', {});
  expect(await hands(owner)).toEqual([]);
});

test('O12 a moderator lowers a hand, and all hear who did', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  await raise(guest);
  const lower = { action: 'lowerHand', participantId: guest.id } as const;
  expect(await decide(moderator, lower)).toEqual(done);
  const lowered = await eventually('the hand to go down', () =>
    guest.client.events.find(event => event.type === 'handRaised' && !event.raised),
  );
  expect(lowered).toMatchObject({ participantId: guest.id, by: moderator.id });
  const { seq } = await moderator.client.state();
  expect(await decide(moderator, lower)).toEqual(done);
  expect((await moderator.client.state()).seq).toBe(seq);
});

test('I1 C7 who does not know hands sees a gap, and what they ask then fits it', async () => {
  const [ada, old, first] = [
    await enter(),
    await enter({}, 1, withoutInteraction),
    await enter({}, 1, version1),
  ];
  const { seq, at } = await ada.client.state();
  await raise(ada);
  const late = await enter();
  for (const { client } of [old, first]) {
    await eventually('the late one', () =>
      client.events.some(event => event.type === 'participantJoined' && event.participant.id === late.id),
    );
    expect(client.events.some(({ type }) => type === 'handRaised')).toBe(false);
    const missed = await client.get('sync', { since: { seq, at } });
    expect('snapshot' in missed).toBe(true);
  }
  expect(await old.client.ask('raiseHand', { raised: true })).toMatchObject(refused('bad_request'));
  expect('events' in (await late.client.get('sync', { since: { seq, at } }))).toBe(true);
});

test('I3 everyone who knows reactions sees one, at whichever replica, also who reacts', async () => {
  const [ada, viewer, old] = [
    await enter(),
    await enter({ role: 'viewer' }, 1),
    await enter({}, 1, withoutInteraction),
  ];
  const heard = [ada, viewer, old].map(hearing);
  expect(await viewer.client.ask('react', { reaction: 'clap' })).toEqual(done);
  const clap = { from: viewer.id, reaction: 'clap' };
  await eventually('both to see it', () => heard.slice(0, 2).every(({ reactions }) => reactions[0]));
  expect(heard.map(({ reactions }) => reactions)).toEqual([[clap], [clap], []]);
  const { seq } = await ada.client.state();
  expect(seq).toBe(old.joined.snapshot.seq);
  const unknown = await ada.client.send('react', { reaction: '<script>' });
  expect(unknown).toMatchObject(refused('bad_request'));
});

test('I4 reactions and hands have a pace, which a new connection does not give back', async () => {
  const ada = await enter();
  const react = (client = ada.client) => client.ask('react', { reaction: 'heart' });
  const answers = await Promise.all(Array.from({ length: reactionRate.burst }, () => react()));
  expect(answers).toEqual(answers.map(() => done));
  ada.client.drop();
  const back = stage.client(1, newest);
  await back.get('resume', ada.membership);
  // More than come back within any time that this can take.
  const more = await Promise.all(Array.from({ length: 50 }, () => react(back)));
  expect(more).toContainEqual(refused('rate_limited'));
  const hand = await Promise.all(
    Array.from({ length: 40 }, (_, i) => back.ask('raiseHand', { raised: i % 2 === 0 })),
  );
  expect(hand).toContainEqual(refused('rate_limited'));
});

test('O13 who is asked to speak hears by whom, and nothing else happens', async () => {
  const [moderator, guest, other] = [
    await enter({ role: 'moderator', displayName: 'Ada' }),
    await enter({}, 1),
    await enter({}, 1),
  ];
  const [asked, unasked] = [hearing(guest), hearing(other)];
  const { seq } = await moderator.client.state();
  const ask = (participantId: ParticipantId, ...sources: ('microphone' | 'camera')[]) =>
    decide(moderator, { action: 'askToUnmute', participantId, sources });
  expect(await ask(guest.id, 'microphone', 'camera', 'camera')).toEqual(done);
  await eventually('the ask', () => asked.asks[0]);
  expect(asked.asks).toEqual([
    { by: { id: moderator.id, displayName: 'Ada' }, sources: ['microphone', 'camera'] },
  ]);
  expect(unasked.asks).toEqual([]);
  expect((await moderator.client.state()).seq).toBe(seq);
});

test('O13 nobody is asked for what they may not send, or who cannot hear it', async () => {
  const [moderator, viewer, old, away] = [
    await enter({ role: 'moderator' }),
    await enter({ rights: { publish: ['microphone'] } }, 1),
    await enter({}, 1, withoutInteraction),
    await enter({}, 1),
  ];
  const ask = (participantId: ParticipantId, source: 'microphone' | 'camera' = 'microphone') =>
    decide(moderator, { action: 'askToUnmute', participantId, sources: [source] });
  expect(await ask(viewer.id)).toEqual(done);
  expect(await ask(viewer.id, 'camera')).toMatchObject(refused('conflict', 'role'));
  expect(await ask(old.id)).toMatchObject(refused('conflict', 'too old'));
  away.client.drop();
  await moderator.client.event('participantConnection', away.id);
  expect(await ask(away.id)).toMatchObject(refused('unavailable', 'reconnecting'));
  expect(await ask(randomUUID() as ParticipantId)).toMatchObject(refused('not_found'));
});

const offer: Signal = {
  about: 'file',
  transfer: randomUUID() as TransferId,
  step: 'offer',
  name: 'plan.pdf',
  size: 3,
  mediaType: 'application/pdf',
};
const cancel: Signal = { about: 'file', transfer: offer.transfer, step: 'cancel' };
const send = ({ client }: Person, to: ParticipantId, signal: Signal) => client.ask('signal', { to, signal });

test('D1 a signal reaches the one whom it is for, at whichever replica, and nobody else', async () => {
  const [ada, grace, other] = [await enter(), await enter({}, 1), await enter({}, 1)];
  const [hers, others] = [hearing(grace), hearing(other)];
  expect(await send(ada, grace.id, offer)).toEqual(done);
  expect(await send(ada, grace.id, cancel)).toEqual(done);
  await eventually('both signals', () => hers.signals[1]);
  expect(hers.signals).toEqual([
    { from: ada.id, signal: offer },
    { from: ada.id, signal: cancel },
  ]);
  expect(others.signals).toEqual([]);
  // Who came back is reached where they are now.
  grace.client.drop();
  await ada.client.event('participantConnection', grace.id);
  expect(await send(ada, grace.id, offer)).toMatchObject(refused('unavailable'));
  const back = stage.client(0, newest);
  const again = hearing({ client: back });
  await back.get('resume', grace.membership);
  expect(await send(ada, grace.id, offer)).toEqual(done);
  await eventually('the signal', () => again.signals[0]);
});

test('D1 signals are for those in the same room who know them, and never for oneself', async () => {
  const [ada, old] = [await enter(), await enter({}, 1, withoutInteraction)];
  const { key } = await stage.newRoom();
  const elsewhere = await stage.client(1, newest).join(key);
  expect(await send(ada, elsewhere.participantId, offer)).toMatchObject(refused('not_found'));
  expect(await send(ada, randomUUID() as ParticipantId, offer)).toMatchObject(refused('not_found'));
  expect(await send(ada, old.id, offer)).toMatchObject(refused('conflict', 'too old'));
  expect(await send(ada, ada.id, offer)).toMatchObject(refused('bad_request'));
  expect(await send(old, ada.id, offer)).toMatchObject(refused('bad_request'));
});

test('D2 files take the right to chat, and a signal has a form, a size and a pace', async () => {
  const [silent, ada] = [await enter({ rights: { chat: false } }), await enter({}, 1)];
  expect(await send(silent, ada.id, offer)).toMatchObject(refused('forbidden', '"chat"'));
  const bad: object[] = [
    { ...offer, name: '../../etc/passwd' },
    { ...offer, name: 'photo‮gpj.exe' },
    { ...offer, size: -1 },
    { ...cancel, step: 'shout' },
    { about: 'money', step: 'offer' },
  ];
  for (const signal of bad) {
    expect(await ada.client.send('signal', { to: silent.id, signal })).toMatchObject(refused('bad_request'));
  }
  const sdp = 'é'.repeat(maxMessageBytes / 2);
  const large = { ...cancel, step: 'description', description: { type: 'offer', sdp } };
  expect(await ada.client.send('signal', { to: silent.id, signal: large })).toMatchObject(
    refused('too_large'),
  );
  // At two replicas, as the pace is the participant's.
  const many = () => Promise.all(Array.from({ length: 45 }, () => send(ada, silent.id, cancel)));
  expect(signalRate.burst).toBeLessThan(90);
  const answers = await many();
  expect(answers).toEqual(answers.map(() => done));
  ada.client.drop();
  const back = stage.client(0, newest);
  await back.get('resume', ada.membership);
  const more = await Promise.all(
    Array.from({ length: 90 }, () => back.ask('signal', { to: silent.id, signal: cancel })),
  );
  expect(more).toContainEqual(refused('rate_limited'));
});

test('D2 no file is offered where people may not reach each other past the server', async () => {
  const { key } = await stage.newRoom({ direct: false });
  const [ada, grace] = [stage.client(0, newest), stage.client(1, newest)];
  const joined = await ada.join(key);
  expect(joined.room.direct).toBe(false);
  const { participantId: to } = await grace.join(key);
  for (const signal of [offer, cancel]) {
    expect(await ada.ask('signal', { to, signal })).toMatchObject(refused('forbidden', 'past the server'));
  }
});

test('O11 O12 O13 an application lowers hands, asks and ends shares by the REST API', async () => {
  const guest = await enter({}, 1);
  const heard = hearing(guest);
  const ask = async (path: string, id: ParticipantId = guest.id) => {
    const url = `${stage.replica(0).url}/v1/rooms/${stage.room.key}/participants/${id}/${path}`;
    const headers = { authorization: `Bearer ${secrets.API_KEY}` };
    return (await fetch(url, { method: 'POST', headers })).status;
  };
  await raise(guest);
  expect(await ask('lower-hand')).toBe(204);
  expect(await hands(guest)).toEqual([]);
  expect(await ask('ask-to-unmute')).toBe(204);
  await eventually('the ask', () => heard.asks[0]);
  expect(heard.asks).toEqual([{ sources: ['microphone'] }]);
  expect(await ask('stop-share')).toBe(204);
  const nobody = randomUUID() as ParticipantId;
  expect(await ask('stop-share', nobody)).toBe(404);
  expect(await ask('ask-to-unmute', nobody)).toBe(404);
});
