/** What moderators decide while the SFU does not answer is done as soon as it does, or another takes its place. */
import { randomUUID } from 'node:crypto';
import type { Moderation, SfuInstance } from '@parley/protocol';
import { redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { startReplicaProcess, startSfu, type TestProcess } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { callsOfSfu, roomOnSfu } from './testing/sfu-view.ts';
import { type Person, publish, useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage();
const { enter } = stage;
const decide = ({ client }: Person, moderation: Moderation) => client.ask('moderate', moderation);
const done = { ok: true, value: {} };
const outstanding = () => stage.redis.hlen(redisKeys.outstanding(stage.room.key));
const nothingLeft = () => eventually('all to be done', async () => (await outstanding()) === 0, 20_000);

/** An SFU of the test's own, which the room is on. */
async function ownSfu() {
  const sfu = stage.use(await startSfu(stage.server.url, stage.redis));
  const room = await place(stage.redis, { ...stage.room, sfu: sfu.sfu });
  const { pid } = sfu.child;
  if (pid === undefined) throw new Error('the SFU has no process');
  return { room, sfu, stop: () => process.kill(pid, 'SIGSTOP'), go: () => process.kill(pid, 'SIGCONT') };
}

/** Somebody who sends sound, and a moderator on the other replica. */
async function meet(at: 0 | { port: number } = 0) {
  const moderator = await enter({ role: 'moderator' }, at);
  const guest = await enter('Guest', 1);
  return { moderator, guest, producerId: await publish(guest) };
}

test('O3 who is muted while the SFU stands still is muted there once it goes on', async () => {
  const { room, stop, go } = await ownSfu();
  const { moderator, guest, producerId } = await meet();
  stop();
  const mute: Moderation = { action: 'mute', participantId: guest.id, sources: ['microphone'] };
  expect(await decide(moderator, mute)).toEqual(done);
  expect(await guest.client.event('producerPaused')).toMatchObject({ producerId, paused: true });
  expect(await outstanding()).toBe(1);
  go();
  await nothingLeft();
  expect((await callsOfSfu(room)).pauseProducer).toBeGreaterThan(0);
});

test('O5 what somebody may not publish any more is closed once the SFU goes on', async () => {
  const { room, stop, go } = await ownSfu();
  const { moderator, guest, producerId } = await meet();
  stop();
  const viewer = { action: 'setRole', participantId: guest.id, role: 'viewer' } as const;
  expect(await decide(moderator, viewer)).toEqual(done);
  // The state does not hide what still flows.
  expect((await moderator.client.state()).participants[1]).toMatchObject({
    role: 'viewer',
    producers: [{ id: producerId }],
  });
  go();
  expect(await guest.client.event('producerRemoved', guest.id, 20_000)).toMatchObject({ producerId });
  await nothingLeft();
  expect(await roomOnSfu(room)).toMatchObject({ participants: 2, producers: 0 });
});

test('O4 O7 the media of who is removed, and then of all, end once the SFU goes on', async () => {
  const { room, stop, go } = await ownSfu();
  const { moderator, guest } = await meet();
  stop();
  expect(await decide(moderator, { action: 'remove', participantId: guest.id })).toEqual(done);
  expect(await guest.client.goodbye()).toMatchObject({ reason: 'removed' });
  expect((await moderator.client.state()).participants).toHaveLength(1);
  expect(await outstanding()).toBe(1);
  go();
  await nothingLeft();
  expect(await roomOnSfu(room)).toMatchObject({ participants: 1, producers: 0 });
  stop();
  expect(await decide(moderator, { action: 'endMeeting' })).toEqual(done);
  go();
  await nothingLeft();
  expect((await roomOnSfu(room))?.participants).toBe(0);
});

test('of a room that has ended, nothing is left to be said', async () => {
  const { room, stop, go } = await ownSfu();
  const { moderator, guest } = await meet();
  stop();
  expect(await decide(moderator, { action: 'remove', participantId: guest.id })).toEqual(done);
  await moderator.client.get('leave', {});
  expect(await outstanding()).toBeGreaterThan(0);
  // Nobody is there any more to end it for.
  await place(stage.redis, { state: 'ended', key: room.key, uid: room.uid });
  await nothingLeft();
  go();
});

test('O4 O5 O9 should the replica die meanwhile, another does it', async () => {
  const { room, stop, go } = await ownSfu();
  const doomed: TestProcess & { port: number } = stage.use(await startReplicaProcess(stage.server.url));
  const { moderator, guest } = await meet(doomed);
  const [other, third] = [await enter('Other', 1), await enter('Third', 1)];
  await publish(other);
  stop();
  // Nobody waits for the answers, which do not come any more.
  void decide(moderator, { action: 'remove', participantId: guest.id }).catch(() => {});
  void decide(moderator, { action: 'setRole', participantId: other.id, role: 'viewer' }).catch(() => {});
  await third.client.event('participantLeft', guest.id);
  await third.client.event('participantRole', other.id);
  await doomed.kill('SIGKILL');
  go();
  await third.client.event('producerRemoved', other.id, 30_000);
  await third.client.event('participantLeft', moderator.id, 30_000);
  await nothingLeft();
  expect(await roomOnSfu(room)).toMatchObject({ participants: 2, producers: 0 });
});

test('O4 O5 what the SFU that died was to be told, the next one need not be', async () => {
  const { room, sfu, stop } = await ownSfu();
  const { moderator, guest } = await meet();
  const other = await enter('Other', 1);
  await publish(other);
  stop();
  expect(await decide(moderator, { action: 'remove', participantId: guest.id })).toEqual(done);
  expect(await decide(moderator, { action: 'setRole', participantId: other.id, role: 'viewer' })).toEqual(
    done,
  );
  expect(await outstanding()).toBe(2);
  await sfu.kill('SIGKILL');
  await place(stage.redis, { ...room, sfu: { ...stage.sfu, instance: randomUUID() as SfuInstance } });
  await other.client.event('mediaReset', undefined, 20_000);
  await nothingLeft();
  const { participants } = await moderator.client.state();
  expect(participants).toMatchObject([{ role: 'moderator' }, { role: 'viewer', producers: [] }]);
  await other.client.get('renewMedia', {});
  await expect(publish(other)).rejects.toThrow('forbidden');
  expect(await guest.client.goodbye()).toMatchObject({ reason: 'removed' });
});

test('G4 who leaves while the SFU stands still is out of it once it goes on', async () => {
  const { room, stop, go } = await ownSfu();
  const { moderator, guest } = await meet();
  stop();
  await guest.client.get('leave', {});
  expect((await moderator.client.state()).participants).toHaveLength(1);
  go();
  await nothingLeft();
  expect(await roomOnSfu(room)).toMatchObject({ participants: 1, producers: 0 });
});
