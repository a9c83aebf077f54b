import { type RoomKey, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterEach, expect, it } from 'vitest';
import { startEntrance } from '../../signaling/testing/entrance.ts';
import { startReplicaProcess, startSfu } from '../../signaling/testing/processes.ts';
import { place } from '../../signaling/testing/rooms.ts';
import { useStage } from '../../signaling/testing/stage.ts';
import { type Clip, ownClips, readClip } from './content/index.ts';
import { Participant } from './participant.ts';
import { Player } from './playback.ts';
import { seeded } from './random.ts';

const stage = useStage({ replicas: 1, settings: { MOVE_DEADLINE_SECONDS: '60', GRACE_SECONDS: '30' } });
const clips: Clip[] = [await readClip('audio', ownClips.audio), await readClip('video', ownClips.video)];
const player = stage.keep(new Player());
const random = seeded(1);
let people: Participant[] = [];

afterEach(async () => {
  await Promise.all(people.map(person => person.leave()));
  people = [];
});

async function come(sends: readonly Clip[] = [], url = stage.replica(0).url): Promise<Participant> {
  const participant = await Participant.join({
    url,
    room: stage.room.key,
    displayName: 'Native',
    clips: sends,
    watch: { audio: 10, video: 10 },
    player,
    random,
  });
  people.push(participant);
  return participant;
}

/** Waits until so many streams have brought this much more. */
async function receives({ watching }: Participant, streams: number, packets = 20): Promise<void> {
  const before = watching.streams.map(({ count }) => count.received);
  const flows = (one: Participant['watching']['streams'][number], index: number) =>
    one.count.received >= (before[index] ?? 0) + packets;
  await eventually('streams', () => watching.streams.length === streams && watching.streams.every(flows));
}

const lost = ({ watching }: Participant) => watching.streams.reduce((sum, { count }) => sum + count.lost, 0);

it('everybody receives what everybody else sends, whoever came first', async () => {
  const [ada, bob, viewer] = [await come(clips), await come(clips), await come()];
  await Promise.all([receives(ada, 2), receives(bob, 2), receives(viewer, 4)]);
  expect(viewer.watching.streams.map(({ kind }) => kind).toSorted()).toEqual([
    'audio',
    'audio',
    'video',
    'video',
  ]);
  const { connected = 0, answered = 0, mediaConnected = 0 } = ada.milestones;
  expect(0 < connected && connected < answered && answered < mediaConnected).toBe(true);
  // Who comes later needs a picture that can be shown alone.
  await eventually('a key frame', () => ada.playbacks.some(({ keyFrames }) => keyFrames > 0));
});

it('who leaves is gone at once, without the grace of a lost connection', async () => {
  const [ada, watcher] = [await come(clips), (await stage.enter('Watcher')).client];
  await ada.leave();
  await watcher.event('participantLeft');
  expect(watcher.events.map(({ type }) => type)).not.toContain('participantConnection');
});

it('no more is received than is wanted', async () => {
  const [ada, bob] = [await come(clips), await come(clips)];
  const viewer = await Participant.join({
    url: stage.replica(0).url,
    room: stage.room.key,
    displayName: 'Viewer',
    clips: [],
    watch: { audio: 10, video: 1 },
    player,
    random,
  });
  people.push(viewer);
  await receives(viewer, 3);
  await Promise.all([ada, bob].map(each => receives(each, 2)));
});

it('what flows goes on when the room moves to another SFU, and comes back when one dies', async () => {
  const second = stage.use(await startSfu(stage.server.url, stage.redis));
  const [ada, bob] = [await come(clips), await come(clips)];
  await Promise.all([receives(ada, 2), receives(bob, 2)]);

  await place(stage.redis, { ...stage.room, sfu: second.sfu });
  await eventually('the end of the move', async () => {
    return [ada, bob].every(({ repairs }) => repairs.moves === 1);
  });
  await Promise.all([receives(ada, 2, 50), receives(bob, 2, 50)]);
  expect(ada.repairs).toEqual({ connections: 0, media: 0, moves: 1 });

  await second.kill('SIGKILL');
  await place(stage.redis, stage.room);
  await eventually('media made anew', () => [ada, bob].every(({ repairs }) => repairs.media > 0));
  await Promise.all([receives(ada, 2), receives(bob, 2)]);
  // Whatever came over a track came in one piece.
  expect(lost(ada)).toBe(0);
});

it('who loses their replica comes back by another one, and media flows all the time', async () => {
  const doomed = stage.use(await startReplicaProcess(stage.server.url, { GRACE_SECONDS: '30' }));
  const entrance = stage.use(await startEntrance(doomed.port, stage.replica(0).port));
  const [ada, bob] = [await come(clips, entrance.url), await come(clips)];
  await receives(bob, 2);
  await doomed.kill('SIGKILL');
  await eventually('another connection', () => ada.repairs.connections === 1);
  await receives(bob, 2);
  const third = await come(clips);
  await receives(ada, 4);
  expect(third.failed).toBeUndefined();
  expect(ada.repairs.media).toBe(0);
});

it('who cannot get in says why', async () => {
  await stage.redis.set(redisKeys.placementsComplete, '1');
  const nobody = { clips, watch: { audio: 0, video: 0 }, player, random };
  const join = (room: RoomKey, signal?: AbortSignal) =>
    Participant.join({ ...nobody, url: stage.replica(0).url, room, displayName: 'Late' }, signal);
  await expect(join('default/nowhere' as RoomKey)).rejects.toMatchObject({ code: 'room_not_found' });
  await expect(join(stage.room.key, AbortSignal.abort())).rejects.toMatchObject({ code: 'unavailable' });
});
