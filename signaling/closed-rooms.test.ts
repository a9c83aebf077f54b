/** Rooms that their schedule or administrator closes, over two replicas with a real Redis and a real SFU. */
import { type ClosedPlacement, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { place } from './testing/rooms.ts';
import { useStage } from './testing/stage.ts';

const stage = useStage();
const client = (replica: 0 | 1 = 0, revision = 1) =>
  stage.client(replica, { auth: { version: 1, revision } });
const opensAt = '2026-12-24T17:00:00Z';
const close = (reason: ClosedPlacement['reason'], more: Partial<ClosedPlacement> = {}) =>
  place<ClosedPlacement>(stage.redis, {
    state: 'closed',
    key: stage.room.key,
    uid: stage.room.uid,
    reason,
    message: 'The meeting is not open yet. It opens on 24 December.',
    ...more,
  });

test('J6 a room that is not open yet is answered room_closed, with the time when it opens', async () => {
  await close('NotOpenYet', { opensAt });
  expect(await client().ask('join', { room: stage.room.key, displayName: 'Ada' })).toEqual({
    ok: false,
    error: {
      code: 'room_closed',
      message: 'The meeting is not open yet. It opens on 24 December.',
      closed: { reason: 'NotOpenYet', opensAt },
    },
  });
});

test('J6 who waited comes in once the room is open', async () => {
  await close('NotOpenYet', { opensAt });
  const ada = client();
  expect(await ada.ask('join', { room: stage.room.key, displayName: 'Ada' })).toMatchObject({ ok: false });
  await place(stage.redis, stage.room);
  expect((await ada.join(stage.room.key)).snapshot.participants).toHaveLength(1);
});

test.each([
  ['NotOpenYet', 'The meeting is over for now.'],
  ['Closed', 'The meeting is over.'],
  ['Suspended', 'The meeting was closed for now by its administrator.'],
] as const)(
  'G7 when a room closes (%s) everyone leaves, on every replica, and its state goes',
  async (reason, message) => {
    const [ada, bob] = [client(0), client(1)];
    await Promise.all([ada.join(stage.room.key, 'Ada'), bob.join(stage.room.key, 'Bob')]);
    const more = reason === 'NotOpenYet' ? { opensAt } : {};
    await close(reason, more);
    for (const who of [ada, bob]) {
      expect(await who.goodbye()).toEqual({ reason: 'room_closed', message, closed: { reason, ...more } });
      await who.disconnected();
    }
    await eventually(
      'the state to go',
      async () => (await stage.redis.exists(redisKeys.participants(stage.room.key))) === 0,
    );
    expect(await stage.redis.exists(redisKeys.room(stage.room.key))).toBe(0);
  },
);

test('G7 a room that opens again is as if it were new, and a late goodbye does not touch its people', async () => {
  const ada = client();
  const first = await ada.join(stage.room.key, 'Ada');
  await close('Suspended');
  await ada.goodbye();
  await eventually(
    'the state to go',
    async () => (await stage.redis.exists(redisKeys.room(stage.room.key))) === 0,
  );
  await place(stage.redis, stage.room);
  const bob = client(1);
  const second = await bob.join(stage.room.key, 'Bob');
  expect(second.snapshot.participants.map(({ displayName }) => displayName)).toEqual(['Bob']);
  expect(second.participantId).not.toBe(first.participantId);

  // The other replica looks at the room again and again: Bob stays.
  const cleo = client(0);
  await cleo.join(stage.room.key, 'Cleo');
  await bob.event('participantJoined');
  expect(await stage.redis.hlen(redisKeys.participants(stage.room.key))).toBe(2);
});
