/** Calls over two replicas, with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import { type ProducerId, type RoomUid, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { startSfu } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { opus } from './testing/rtp.ts';
import { roomOnSfu } from './testing/sfu-view.ts';
import { publish, useStage } from './testing/stage.ts';

const stage = useStage();
const { client, enter } = stage;

test('J1 the answer to a join holds all that is needed to send and receive', async () => {
  const { joined } = await enter('Ada');
  expect(joined.room).toEqual({
    key: stage.room.key,
    displayName: 'Weekly',
    maxParticipants: 50,
    direct: false,
    media: stage.room.media,
  });
  expect(joined.snapshot.participants).toEqual([
    { id: joined.participantId, displayName: 'Ada', role: 'speaker', connected: true, producers: [] },
  ]);
  expect(joined.media.routerRtpCapabilities.codecs?.length).toBeGreaterThan(1);
  expect(joined.media.send.iceCandidates.length).toBeGreaterThan(0);
  expect(joined.media.receive.id).not.toBe(joined.media.send.id);
  const [turn] = joined.media.iceServers;
  expect(turn?.urls).toEqual(stage.room.turnUrls);
  expect(turn?.username).toMatch(new RegExp(`^\\d+:${joined.participantId}$`));
});

test('M7 where only relays reach the SFU, a media session says so', async () => {
  const { joined } = await enter('Ada');
  expect(joined.media.iceTransportPolicy).toBeUndefined();
  const hidden = await stage.newRoom({ relayOnly: true });
  const { media } = await client().join(hidden.key, 'Grace');
  expect(media.iceTransportPolicy).toBe('relay');
});

test('G4 who leaves while their media is made anew leaves none on the SFU', async () => {
  const ada = await enter('Ada');
  const renewed = ada.client.ask('renewMedia', {});
  await ada.client.get('leave', {});
  expect(await renewed).toMatchObject({ ok: false });
  expect((await roomOnSfu(stage.room))?.participants).toBe(0);
});

test('G5 when the Room is deleted, everyone hears so and nothing stays', async () => {
  const people = [await enter('Ada'), await enter('Grace', 1)];
  await place(stage.redis, { state: 'ended', key: stage.room.key, uid: stage.room.uid });
  for (const { client } of people) {
    expect(await client.goodbye()).toMatchObject({ reason: 'room_ended' });
    await client.disconnected();
  }
  await eventually(
    'an empty state',
    async () => (await stage.redis.exists(redisKeys.room(stage.room.key))) === 0,
  );
});

test('G5 a Room made again under the same name ends the stay in its predecessor', async () => {
  const ada = await enter('Ada');
  await place(stage.redis, { ...stage.room, uid: randomUUID() as RoomUid });
  expect(await ada.client.goodbye()).toMatchObject({ reason: 'room_ended' });
  expect((await enter('Grace', 1)).joined.snapshot.participants).toHaveLength(1);
});

test('M4 a room that is placed on another SFU gets new media, said once, and people publish again', async () => {
  const [ada, grace] = [await enter('Ada'), await enter('Grace', 1)];
  await publish(ada);
  await using second = await startSfu(stage.server.url, stage.redis);
  await place(stage.redis, { ...stage.room, sfu: second.sfu });
  const reset = await grace.client.event('mediaReset');
  await ada.client.event('mediaReset');
  expect(reset.generation).not.toBe(ada.joined.snapshot.generation);
  expect((await grace.client.state()).participants.flatMap(one => one.producers)).toEqual([]);
  const media = await ada.client.get('renewMedia', {});
  expect(media.generation).toBe(reset.generation);
  const producerId = await publish(ada);
  await eventually('the new producer', () =>
    grace.client.events.some(event => event.type === 'producerAdded' && event.producer.id === producerId),
  );
  expect(grace.client.events.filter(({ type }) => type === 'mediaReset')).toHaveLength(1);
});

test('M5 while no SFU can be reached people stay, and get their media back when one can', async () => {
  const doomed = stage.use(await startSfu(stage.server.url, stage.redis));
  await place(stage.redis, { ...stage.room, sfu: doomed.sfu });
  const ada = await enter('Ada');
  await doomed.kill('SIGKILL');
  const request = {
    producerId: randomUUID() as ProducerId,
    source: 'microphone',
    rtpParameters: opus(),
  } as const;
  expect(await ada.client.ask('publish', request)).toMatchObject({ error: { code: 'unavailable' } });
  await place(stage.redis, { ...stage.room, sfu: stage.sfu });
  await ada.client.event('mediaReset');
  // Transports of the old SFU are unknown to the new one, which is a matter of the media and not of the request.
  expect(await ada.client.ask('publish', request)).toMatchObject({ error: { code: 'media_lost' } });
  await ada.client.get('renewMedia', {});
  await ada.client.get('publish', request);
});
