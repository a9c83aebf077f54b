import { type ProducerId, type ReadyPlacement, type RoomEvent, redisKeys } from '@parley/protocol';
import { startRedis } from '@parley/testing';
import { beforeAll, beforeEach, expect } from 'vitest';
import { ControlProxy } from './control-proxy.ts';
import { publishTo, several } from './moving.ts';
import { place } from './rooms.ts';
import { saySfu, startQuietSfu } from './several.ts';
import { roomOnSfu } from './sfu-view.ts';
import { connectTo, type Person, useStage } from './stage.ts';

type Sfu = ReadyPlacement['sfu'];

/** The generation of the room's media that somebody was given when they joined. */
export const generationOf = ({ joined }: Person) => joined.media.generation;

/** What was said of the room's media, in the order in which it was done. */
export const story = ({ client: { events } }: Person) =>
  events
    .toSorted((one, other) => one.seq - other.seq)
    .filter(({ type }) => /^(media|move)/.test(type))
    .map(({ seq: _seq, at: _at, after: _after, ...event }: RoomEvent) => event);

export const producersOf = async ({ client }: Person) =>
  (await client.state()).participants.flatMap(({ producers }) => producers.map(({ id }) => id));

/** For the tests of a file: a stage with three real SFUs, the first two of which carry the room when a test begins. */
export function useBranches() {
  const stage = useStage({ settings: { MOVE_DEADLINE_SECONDS: '60', GRACE_SECONDS: '30' } });
  let elsewhere: Parameters<typeof startQuietSfu>[1];
  let proxies: [ControlProxy, ControlProxy, ControlProxy];

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
  });
  beforeEach(async () => {
    for (const { sfu } of proxies) await say(sfu, {});
    await carriedBy(proxies[0].sfu, proxies[1].sfu);
  });

  /** The SFUs, from before the first test on. */
  const sfus = (): [Sfu, Sfu, Sfu] => [proxies[0].sfu, proxies[1].sfu, proxies[2].sfu];
  const say = (sfu: Sfu, of: Parameters<typeof saySfu>[2]) => saySfu(stage.redis, sfu, of);
  const fill = (sfu: Sfu) => say(sfu, { used: 0.9 });
  /** Does what the operator does to have a room carried by these. */
  const carriedBy = (sfu: Sfu, ...further: Sfu[]) => place(stage.redis, { ...stage.room, sfu, further });
  const on = (sfu: Sfu) => roomOnSfu({ ...stage.room, sfu });
  const enter = (name: string, at = 0) => stage.enter(name, at, several);

  function proxyOf({ instance }: Sfu): ControlProxy {
    const found = proxies.find(({ sfu }) => sfu.instance === instance);
    if (!found) throw new Error('This SFU is none of the three.');
    return found;
  }
  /** The calls that one of the three was asked for. */
  const callsOf = (sfu: Sfu) => proxyOf(sfu).calls;

  /** They receive this over the media that they have; answers with what their SFU was asked. */
  async function subscribe({ client, joined }: Person, by: Sfu, ...producerIds: ProducerId[]) {
    const { routerRtpCapabilities: rtpCapabilities, generation } = joined.media;
    const answer = await client.get('subscribe', { producerIds, rtpCapabilities, generation });
    expect(answer.refused).toEqual([]);
    expect(answer.consumers.map(({ producerId }) => producerId)).toEqual(producerIds);
    return proxyOf(by).asked.at(-1);
  }

  /** A further SFU, for one test. */
  const quietSfu = async () => stage.use(await startQuietSfu(stage.redis, elsewhere));

  /** An SFU for a test that ends it. */
  async function doomed() {
    const started = await quietSfu();
    return {
      sfu: started.sfu,
      /** It is gone, and its lease is over. */
      async die() {
        await started.kill('SIGKILL');
        await stage.redis.del(redisKeys.sfu(started.sfu.pod));
      },
    };
  }

  /** Ada on the main SFU and Grace, with another replica, on a further one; both send. */
  async function apart(sfu = proxies[0].sfu, further = proxies[1].sfu) {
    await carriedBy(sfu, further);
    const ada = await enter('Ada');
    await fill(sfu);
    const grace = await enter('Grace', 1);
    const [main, branch] = [generationOf(ada), generationOf(grace)];
    expect(branch).not.toBe(main);
    const [sentByAda, sentByGrace] = [await publishTo(ada, main), await publishTo(grace, branch)];
    return { ada, grace, main, branch, sentByAda, sentByGrace };
  }

  return { stage, sfus, say, fill, carriedBy, on, enter, callsOf, subscribe, quietSfu, doomed, apart };
}
