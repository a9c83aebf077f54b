/** Clients of both versions that miss what happens in a room, over two replicas with a real Redis and a real SFU. */
import { type Missed, maxMessageBytes, type ProducerId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { beforeAll, expect, test } from 'vitest';
import { RoomLog } from '../client/room/log.ts';
import { requestRate } from './connection/rate.ts';
import { RoomState } from './state/room-state.ts';
import { type TestClient, version1 } from './testing/client.ts';
import { type Person, publish, useStage } from './testing/stage.ts';

const stage = useStage({ settings: { GRACE_SECONDS: '60' } });
const { client, enter } = stage;
/** Changes rooms as a replica whose messages all are lost. */
let unheard: RoomState;

beforeAll(() => {
  unheard = new RoomState(stage.redis, () => {});
});

/** They mute and unmute so often, and nobody hears of it. */
const muteUnheard = async ({ id }: Person, producerId: ProducerId, times: number) => {
  for (let i = 1; i <= times; i++) await unheard.producers.pause(stage.room, id, producerId, i % 2 === 1);
};
const placeOf = ({ seq, at }: { seq: number; at: number }) => ({ seq, at });

test('C8 a client of version 2 is welcomed before all else, one of version 1 is not', async () => {
  const [second, first] = [client(), client(0, version1)];
  await Promise.all([second.ask('leave', {}), first.ask('leave', {})]);
  const limits = { maxMessageBytes, requestsPerSecond: requestRate.perSecond, burst: requestRate.burst };
  expect(second.welcomes).toEqual([{ version: 2, oldestVersion: 1, limits }]);
  expect(first.welcomes).toEqual([]);
});

test('C7 people of both versions meet, and each comes back in their own way', async () => {
  const ada = await enter('Ada', 0, version1);
  const grace = await enter('Grace', 1);
  expect((await ada.client.event('participantJoined')).participant.id).toBe(grace.id);
  await muteUnheard(ada, await publish(ada), 4);
  const { seq } = await ada.client.state();
  expect(seq).toBe(grace.joined.snapshot.seq + 5);

  const [first, second] = [client(1, version1), client(0)];
  const resumed = await first.get('resume', ada.membership);
  expect(resumed).toMatchObject({ snapshot: { seq, participants: [{ id: ada.id }, { id: grace.id }] } });
  const since = placeOf(grace.joined.snapshot);
  const missed = await second.get('resume', { ...grace.membership, since });
  expect(missed).toMatchObject({ events: [{ type: 'producerAdded' }, {}, {}, {}, { seq }] });
});

test('S6 a client that missed 3 changes of 500 is told these 3, and nothing else', async () => {
  const [ada, grace] = [await enter('Ada'), await enter('Grace', 1)];
  const producerId = await publish(ada);
  await muteUnheard(ada, producerId, 494);
  const { seq, at } = await grace.client.state();
  await muteUnheard(ada, producerId, 3);
  const missed = await grace.client.get('sync', { since: { seq, at } });
  expect(missed).toMatchObject({ events: [{ seq: seq + 1, after: at }, { seq: seq + 2 }, { seq: seq + 3 }] });
  expect(missed).not.toHaveProperty('snapshot');
  expect('events' in missed && missed.events.length).toBe(3);

  grace.client.drop();
  await ada.client.event('participantConnection', grace.id);
  const resumed = await client(0).get('resume', { ...grace.membership, since: { seq, at } });
  expect(resumed).not.toHaveProperty('snapshot');
  const events = 'events' in resumed ? resumed.events : [];
  expect(events.slice(3)).toMatchObject([{ connected: false }, { connected: true }]);
  expect(events).toHaveLength(5);
  expect(resumed.iceServers).toHaveLength(1);
});

test('S3 S6 a client that loses events and its connection sees in the end what the server sees', async () => {
  const ada = await enter('Ada');
  const grace = await enter('Grace', 1);
  let asked = grace.client;
  let heard = 0;
  const answers: string[] = [];
  const log = new RoomLog({
    changed: () => {},
    gap: () => void asked.get('sync', { since: log.position }).then(take, () => log.resyncFailed()),
  });
  const take = (missed: Missed) => {
    answers.push(...Object.keys(missed).filter(key => key === 'events' || key === 'snapshot'));
    log.take(missed);
  };
  const follow = (client: TestClient) => {
    asked = client;
    client.socket.on('room', event => {
      if (heard++ % 3 > 0) log.receive(event);
    });
  };
  const agree = () =>
    eventually('both to see the same', async () => {
      // Something new at times, as the last event of all may have been lost.
      if (looks++ % 10 === 0) {
        paused = !paused;
        await ada.client.get('pauseProducer', { producerId, paused });
      }
      const { seq, at } = await ada.client.state();
      return log.position?.seq === seq && log.position.at === at;
    });
  let [looks, paused] = [0, false];
  follow(grace.client);
  log.reset(grace.joined.snapshot);
  const producerId = await publish(ada);
  await agree();

  grace.client.drop();
  await ada.client.event('participantConnection', grace.id);
  await muteUnheard(ada, producerId, 20);
  const back = client(0);
  follow(back);
  take(await back.get('resume', { ...grace.membership, since: log.position }));
  await agree();
  expect(log.snapshot).toEqual(await ada.client.state());
  expect(new Set(answers)).toEqual(new Set(['events']));
  log.clear();
});
