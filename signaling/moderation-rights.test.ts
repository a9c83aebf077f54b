/** Every decision by every role, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import {
  type BanId,
  type LobbyId,
  type MediaSource,
  type Moderation,
  type ParticipantId,
  Role,
  rightsOfRole,
} from '@parley/protocol';
import { expect, test } from 'vitest';
import { newest } from './testing/interactive.ts';
import { type Person, publish, useStage } from './testing/stage.ts';

const stage = useStage();
const enter = (role: Role, at = 0) => stage.enter({ role, displayName: role }, at, newest);
const done = { ok: true, value: {} };
const forbidden = (message: string) => ({
  ok: false,
  error: { code: 'forbidden', message: expect.stringContaining(message) },
});

type Action = Moderation['action'];
type About = (id: ParticipantId) => Moderation;

/** Each action, on somebody. One that is new does not type-check until it stands here. */
const onSomebody = {
  mute: participantId => ({ action: 'mute', participantId, sources: ['microphone'] }),
  lowerHand: participantId => ({ action: 'lowerHand', participantId }),
  askToUnmute: participantId => ({ action: 'askToUnmute', participantId, sources: ['microphone'] }),
  stopShare: participantId => ({ action: 'stopShare', participantId }),
  setRole: participantId => ({ action: 'setRole', participantId, role: 'viewer' }),
  remove: participantId => ({ action: 'remove', participantId }),
  ban: participantId => ({ action: 'ban', participantId }),
  unban: () => ({ action: 'unban', banId: randomUUID() as BanId }),
  admit: () => ({ action: 'admit', lobbyIds: [randomUUID() as LobbyId] }),
  turnAway: () => ({ action: 'turnAway', lobbyIds: [randomUUID() as LobbyId] }),
  lock: () => ({ action: 'lock', locked: true }),
  endMeeting: () => ({ action: 'endMeeting' }),
} as const satisfies Record<Action, About>;
const actions = Object.entries<About>(onSomebody) as [Action, About][];
/** Those that only owners take on owners. */
const aboutOwners: readonly Action[] = ['setRole', 'remove', 'ban'];

const decide = ({ client }: Person, moderation: Moderation) => client.ask('moderate', moderation);

test.each(['speaker', 'viewer'] as const)(
  'O1 O10 a %s decides nothing at all, and nothing changes',
  async role => {
    const [one, other, owner] = [await enter(role), await enter('speaker', 1), await enter('owner', 1)];
    await publish(other);
    await other.client.get('raiseHand', { raised: true });
    const before = await owner.client.state();
    for (const [, about] of actions) {
      for (const target of [other, owner, one]) {
        const answer = await decide(one, about(target.id));
        const ofOneself = target === one && !answer.ok && answer.error.code === 'bad_request';
        if (!ofOneself) expect(answer).toMatchObject(forbidden('"moderate"'));
      }
    }
    expect(await one.client.ask('bans', {})).toMatchObject(forbidden('"moderate"'));
    expect(await owner.client.state()).toEqual(before);
    expect([one, other, owner].flatMap(({ client }) => client.goodbyes)).toEqual([]);
  },
);

test.each(['owner', 'moderator'] as const)('O10 O2 a %s decides everything about speakers', async role => {
  const one = await enter(role);
  const outcomes: [Action, unknown][] = [];
  for (const [action, about] of actions) {
    const guest = action === 'endMeeting' || action === 'lock' ? one : await enter('speaker', 1);
    outcomes.push([action, await decide(one, about(guest.id))]);
    if (action === 'lock') await decide(one, { action: 'lock', locked: false });
  }
  expect(outcomes).toEqual(actions.map(([action]) => [action, done]));
});

test.each(aboutOwners)('O2 %s of an owner is for owners', async action => {
  const [moderator, owner, second] = [
    await enter('moderator'),
    await enter('owner', 1),
    await enter('owner', 1),
  ];
  const decision = onSomebody[action](second.id);
  expect(await decide(moderator, decision)).toMatchObject(forbidden('owner'));
  expect(await decide(owner, decision)).toEqual(done);
});

test.each(Role.options)(
  'A3 a %s sends what the role may send and no other source, at every replica',
  async role => {
    const one = await enter(role, 1);
    const sources: MediaSource[] = ['microphone', 'screen-audio'];
    for (const source of sources) {
      const sent = await publish(one, source).then(
        () => true,
        error => !`${error}`.includes('forbidden'),
      );
      expect([source, sent]).toEqual([source, rightsOfRole[role].publish.includes(source)]);
    }
  },
);

test('O5 a viewer is promoted in the room: no new connection, no new media, and at once', async () => {
  const [moderator, viewer] = [await enter('moderator'), await enter('viewer', 1)];
  await expect(publish(viewer)).rejects.toThrow('forbidden');
  const { media } = viewer.joined;
  const promote = { action: 'setRole', participantId: viewer.id, role: 'speaker' } as const;
  expect(await decide(moderator, promote)).toEqual(done);
  expect(await viewer.client.event('participantRole')).toMatchObject({ role: 'speaker' });
  await publish(viewer);
  const { generation, participants } = await viewer.client.state();
  expect(generation).toBe(media.generation);
  expect(participants[1]).toMatchObject({ id: viewer.id, producers: [{ source: 'microphone' }] });
  expect(viewer.client.events.map(({ type }) => type)).not.toContain('participantJoined');
});
