/** Rooms that several SFUs carry, with real SFUs, while people, replicas and SFUs come and go. */
import type { MediaGeneration, ProducerId, ReadyPlacement } from '@parley/protocol';
import { startRedis } from '@parley/testing';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ControlProxy } from './testing/control-proxy.ts';
import { publishTo, several } from './testing/moving.ts';
import { place } from './testing/rooms.ts';
import { saySfu, startQuietSfu } from './testing/several.ts';
import { roomOnSfu } from './testing/sfu-view.ts';
import { connectTo, type Person, useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Sfu = ReadyPlacement['sfu'];

const stage = useStage({ settings: { MOVE_DEADLINE_SECONDS: '60', GRACE_SECONDS: '30' } });
let elsewhere: Parameters<typeof startQuietSfu>[1];
let proxies: [ControlProxy, ControlProxy, ControlProxy];
let first: Sfu;
let second: Sfu;
let third: Sfu;

const another = async () => {
  const { sfu } = stage.keep(await startQuietSfu(stage.redis, elsewhere));
  return stage.keep(await ControlProxy.before(sfu));
};
beforeAll(async () => {
  const { url } = stage.keep(await startRedis());
  const redis = await connectTo({ REDIS_URL: url });
  stage.keep({ [Symbol.dispose]: () => redis.disconnect() });
  elsewhere = { url, redis };
  proxies = await Promise.all([another(), another(), another()]);
  [first, second, third] = [proxies[0].sfu, proxies[1].sfu, proxies[2].sfu];
});
beforeEach(async () => {
  for (const sfu of [first, second, third]) await say(sfu, {});
  await carriedBy(first, second);
});

const say = (sfu: Sfu, of: Parameters<typeof saySfu>[2]) => saySfu(stage.redis, sfu, of);
const fill = (sfu: Sfu) => say(sfu, { used: 0.9 });
/** Does what the operator does to have a room carried by these. */
const carriedBy = (sfu: Sfu, ...further: Sfu[]) => place(stage.redis, { ...stage.room, sfu, further });
const on = (sfu: Sfu) => roomOnSfu({ ...stage.room, sfu });
const enter = (name: string, at = 0) => stage.enter(name, at, several);
const generationOf = ({ joined }: Person) => joined.media.generation;

/** They ask for this over the media that they have; answers with what the SFU was asked. */
async function subscribe({ client, joined }: Person, by: ControlProxy, ...producerIds: ProducerId[]) {
  const { routerRtpCapabilities: rtpCapabilities, generation } = joined.media;
  await client.get('subscribe', { producerIds, rtpCapabilities, generation });
  return by.asked.at(-1);
}

test('V9 people spread over the SFUs of a room once the main one is full, and hear of each other from everywhere', async () => {
  const ada = await enter('Ada');
  const linus = await enter('Linus', 1);
  expect(generationOf(linus)).toBe(generationOf(ada));
  expect(await on(second)).toBeUndefined();

  await fill(first);
  const grace = await enter('Grace', 1);
  const [main, branch] = [generationOf(ada), generationOf(grace)];
  expect((await on(second))?.generation).toBe(branch);
  expect(grace.joined.snapshot).toMatchObject({ generation: main, branches: [branch] });
  expect(await ada.client.event('mediaBranches')).toMatchObject({ branches: [branch] });
  expect(await ada.client.state()).toMatchObject({ generation: main, branches: [branch] });

  const [sentByAda, sentByGrace] = [await publishTo(ada, main), await publishTo(grace, branch)];
  const theirs = (person: Person, producerId: ProducerId, generation: MediaGeneration, sfu: Sfu) => ({
    producerId,
    participant: person.id,
    source: 'microphone',
    generation,
    sfu,
  });
  expect(await subscribe(grace, proxies[1], sentByAda)).toMatchObject({
    producerIds: [sentByAda],
    elsewhere: [theirs(ada, sentByAda, main, first)],
  });
  expect(await subscribe(ada, proxies[0], sentByGrace)).toMatchObject({
    elsewhere: [theirs(grace, sentByGrace, branch, second)],
  });
  // Who is on the same SFU needs no pipe.
  expect(await subscribe(linus, proxies[0], sentByAda)).not.toHaveProperty('elsewhere');
});
