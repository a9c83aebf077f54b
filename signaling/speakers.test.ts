import { randomUUID } from 'node:crypto';
import { type ParticipantId, redisChannels, type Speaker, type Speakers } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { place } from './testing/rooms.ts';
import { roomOnSfu } from './testing/sfu-view.ts';
import { type Person, useStage } from './testing/stage.ts';

const stage = useStage();
const current = { auth: { version: 2, revision: 3 } };
const before = { auth: { version: 2, revision: 2 } };
const ada = randomUUID() as ParticipantId;
const ben = randomUUID() as ParticipantId;

/** What somebody is told. */
function hear({ client }: Person) {
  const told: Speaker[][] = [];
  client.socket.on('speakers', ({ speakers }: Speakers) => told.push(speakers));
  const until = (speakers: Speaker[]) =>
    eventually('word of who speaks', () => {
      const last = told.at(-1);
      return JSON.stringify(last) === JSON.stringify(speakers) && told.length;
    });
  return { told, until };
}

/** Says what an SFU of the room says, until it is taken back. */
const say = (generation: string, speakers: unknown) =>
  stage.redis.publish(redisChannels.speakers(stage.room.uid), JSON.stringify({ generation, speakers }));

test('M12 those in the room are told on whichever replica they are, but no older clients, and nobody elsewhere', async () => {
  const [one, other, older] = [
    await stage.enter('Ada', 0, current),
    await stage.enter('Ben', 1, current),
    await stage.enter('Cyd', 0, before),
  ];
  const [near, far, unknowing] = [hear(one), hear(other), hear(older)];
  const speakers = [{ participantId: ada, level: 2 }];
  await eventually('replicas that listen', async () => (await say('main', speakers)) === 2);
  await Promise.all([near.until(speakers), far.until(speakers)]);
  await say('branch', [{ participantId: ben, level: 3 }]);
  const both = [{ participantId: ben, level: 3 }, ...speakers];
  await Promise.all([near.until(both), far.until(both)]);
  await say('main', []);
  await say('branch', []);
  await Promise.all([near.until([]), far.until([])]);
  expect(unknowing.told).toEqual([]);
});

test('M12 it is said again while somebody speaks, also to who came later, and ends when the SFU is not heard any more', async () => {
  const first = hear(await stage.enter('Ada', 0, current));
  const speakers = [{ participantId: ada, level: 1 }];
  await eventually('a replica that listens', async () => (await say('main', speakers)) === 1);
  await first.until(speakers);
  const late = hear(await stage.enter('Ben', 0, current));
  await late.until(speakers);
  await late.until([]);
  await first.until([]);
});

test('M12 what makes no sense is passed over', async () => {
  const heard = hear(await stage.enter('Ada', 0, current));
  const channel = redisChannels.speakers(stage.room.uid);
  const speakers = [{ participantId: ada, level: 1 }];
  await eventually('a replica that listens', async () => (await stage.redis.publish(channel, '{')) === 1);
  await say('main', [...speakers, ...speakers]);
  await say('main', [{ participantId: ada, level: 9 }]);
  await say('main', speakers);
  await heard.until(speakers);
  expect(heard.told).toEqual([speakers]);
});

test('M12 a replica listens to rooms that somebody of its own is in, and to no others', async () => {
  const person = await stage.enter('Ada', 1, current);
  await eventually('a replica that listens', async () => (await say('main', [])) === 1);
  await person.client.get('leave', {});
  await eventually('no replica that listens', async () => (await say('main', [])) === 0);
});

test('M14 the setting of a room reaches its SFU, and a change of the number, too', async () => {
  const room = await stage.newRoom({ loudest: 3 });
  const loudest = async () => (await roomOnSfu(room))?.loudest;
  await stage.client(0, current).join(room.key, 'Ada');
  expect(await loudest()).toBe(3);
  await place(stage.redis, { ...room, loudest: 5 });
  await stage.client(1, current).join(room.key, 'Ben');
  expect(await loudest()).toBe(5);
  await stage.enter('Cyd', 0, current);
  expect(await roomOnSfu(stage.room)).toMatchObject({ loudest: 0 });
});
