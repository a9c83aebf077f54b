import { redisChannels, type Speaker, SpeakersOf } from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, openSession, startSfu } from './test-sfu.ts';
import { listenTo, type Session, TestSpeaker } from './test-speaker.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  cleanup();
  await server?.[Symbol.asyncDispose]();
});

/** Hears what the SFU says of a room, and when, in ms. */
async function hearRoom({ room }: Session, redis = server) {
  const subscriber = new Redis(redis.url);
  const said: (SpeakersOf & { at: number })[] = [];
  subscriber.on('message', (_, message) => {
    said.push({ ...SpeakersOf.parse(JSON.parse(message)), at: performance.now() });
  });
  await subscriber.subscribe(redisChannels.speakers(room));
  const last = (): Speaker[] | undefined => said.at(-1)?.speakers;
  return {
    said,
    /** Waits until exactly these are said to speak, the first of them the active speaker. */
    names: (...people: Session[]) => {
      const ids = people.map(({ participant }) => participant);
      return eventually(`${ids.length} who speak`, () => {
        const speakers = last();
        const same = speakers?.every(({ participantId }, place) => participantId === ids[place]);
        return speakers?.length === ids.length && same && speakers;
      });
    },
    [Symbol.dispose]: () => subscriber.disconnect(),
  };
}

it('M12 M13 says who speaks on both workers of a room, the active one first, and of muted ones nothing', async () => {
  await using test = await startSfu({ workers: 2, consumersPerWorker: 1, redisUrl: server.url });
  const base = test.sfu.controlUrl;
  const ada = await openSession(base);
  const ben = await openSession(base, ada.room);
  expect(ada.send.iceCandidates[0]?.port).not.toBe(ben.send.iceCandidates[0]?.port);
  using heard = await hearRoom(ada);
  using adas = await TestSpeaker.start(base, ada, 4711);
  using bens = await TestSpeaker.start(base, ben, 4712);
  adas.say(-32);
  expect(await heard.names(ada)).toEqual([{ participantId: ada.participant, level: 2 }]);
  bens.say(-10);
  expect(await heard.names(ben, ada)).toMatchObject([{ level: 3 }, { level: 2 }]);

  const mute = (paused: boolean) =>
    call(base, 'pauseProducer', { ...ben.params, producer: bens.producer }, { paused });
  await mute(true);
  await heard.names(ada);
  await mute(false);
  await heard.names(ben, ada);
  await call(base, 'closeProducer', { ...ben.params, producer: bens.producer }, {});
  await heard.names(ada);
  adas.hush();
  await heard.names();
  expect(new Set(heard.said.map(({ generation }) => generation))).toEqual(new Set([ada.generation]));
});

it('M12 says it again while somebody speaks, and that nobody does when the room is closed', async () => {
  await using test = await startSfu({ redisUrl: server.url });
  const base = test.sfu.controlUrl;
  const ada = await openSession(base);
  using heard = await hearRoom(ada);
  using adas = await TestSpeaker.start(base, ada, 4711);
  adas.say(-32);
  const loud = () => heard.said.filter(({ speakers }) => speakers[0]?.level === 2);
  await eventually('it to be said again', () => loud().length >= 2);
  await call(base, 'closeRoom', { room: ada.room }, {});
  await heard.names();
});

it('M12 without Redis the media goes on and nothing is told; with it again, it is', async () => {
  await using late = await startRedis();
  await late.stop();
  await using test = await startSfu({ redisUrl: late.url });
  const base = test.sfu.controlUrl;
  const ada = await openSession(base);
  const ben = await openSession(base, ada.room);
  using adas = await TestSpeaker.start(base, ada, 4711);
  using listener = await listenTo(base, ben, adas.producer);
  adas.say(-32);
  await eventually('Ben to hear Ada', () => listener.packets > 100);
  await late.start();
  using heard = await hearRoom(ada, late);
  await heard.names(ada);
});
