/** An SFU that loses one of its workers, while the rooms on it live on. */
import { type ControlResponse, controlApi, redisKeys, SfuRegistration } from '@parley/protocol';
import { eventually, freePort, startRedis } from '@parley/testing';
import { expect, test } from 'vitest';
import { version1 } from './testing/client.ts';
import { secrets, startSfu } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { connectTo, type Person, publish, useStage } from './testing/stage.ts';

const stage = useStage();
const { enter } = stage;

/** A client that knows losses. */
const current = { auth: { version: 2, revision: 1 } };

/** An SFU whose two workers are full at once, so that the second who comes into a room is on another than the first. */
async function startTwoWorkers(redisUrl = stage.server.url) {
  const redis = await connectTo({ REDIS_URL: redisUrl });
  const MEDIA_PORTS = (await Promise.all([freePort(), freePort()])).join(',');
  try {
    return stage.use(await startSfu(redisUrl, redis, { MEDIA_PORTS, CONSUMERS_PER_WORKER: '1' }));
  } finally {
    redis.disconnect();
  }
}

async function describeSfu(controlUrl: string): Promise<ControlResponse<'describe'>> {
  const response = await fetch(`${controlUrl}${controlApi.describe.path}`, {
    headers: { authorization: `Bearer ${secrets.CONTROL_TOKEN}` },
  });
  return controlApi.describe.response.parse(await response.json());
}

/** Kills the worker that carries this person's media. */
async function killWorkerOf({ joined }: Person, controlUrl: string): Promise<void> {
  const port = joined.media.send.iceCandidates[0]?.port;
  const { workers } = await describeSfu(controlUrl);
  const worker = workers.find(each => each.port === port);
  if (!worker) throw new Error(`No worker has port ${port}.`);
  process.kill(worker.pid, 'SIGKILL');
}

test('M8 a worker dies: those on it are told, exactly once, and come back; the others go on', async () => {
  const { sfu } = await startTwoWorkers();
  await place(stage.redis, { ...stage.room, sfu });
  const [ada, grace] = [await enter('Ada', 0, current), await enter('Grace', 1, current)];
  await publish(ada);
  const kept = await publish(grace);

  await killWorkerOf(ada, sfu.controlUrl);
  const told = await Promise.all([ada, grace].map(({ client }) => client.event('mediaLost')));
  const { generation } = ada.joined.media;
  expect(told[0]).toEqual(told[1]);
  expect(told[0]).toMatchObject({ participantId: ada.id, generation });
  const loss = told[0]?.loss;
  expect((await grace.client.state()).participants).toMatchObject([
    { id: ada.id, loss, producers: [] },
    { id: grace.id, producers: [{ id: kept }] },
  ]);

  const media = await ada.client.get('renewMedia', {});
  expect(media).toMatchObject({ generation, loss });
  const again = await publish(ada);
  await eventually('the new producer', () =>
    grace.client.events.some(event => event.type === 'producerAdded' && event.producer.id === again),
  );
  const { routerRtpCapabilities: rtpCapabilities } = media;
  const wanted = { producerIds: [kept], rtpCapabilities };
  expect((await ada.client.get('subscribe', wanted)).refused).toEqual([]);
  const theirs = { producerIds: [again], rtpCapabilities };
  expect((await grace.client.get('subscribe', theirs)).refused).toEqual([]);
  for (const { client } of [ada, grace]) {
    const types = client.events.map(({ type }) => type);
    expect(types.filter(type => type === 'mediaLost')).toHaveLength(1);
    expect(types).not.toContain('mediaReset');
  }
});

test('M8 the loss is noticed without a word of the SFU, which Redis may lose', async () => {
  const elsewhere = stage.use(await startRedis());
  const { sfu } = await startTwoWorkers(elsewhere.url);
  const say = (deaths: number) => {
    const load = { rooms: 1, transports: 4, producers: 0, consumers: 0, workerCpu: 0 };
    const registration = SfuRegistration.parse({ ...sfu, state: 'serving', workers: 2, deaths, load });
    return stage.redis.set(redisKeys.sfu(sfu.pod), JSON.stringify(registration));
  };
  await say(0);
  await place(stage.redis, { ...stage.room, sfu });
  const [ada, grace] = [await enter('Ada', 0, current), await enter('Grace', 1, current)];
  await killWorkerOf(grace, sfu.controlUrl);
  await eventually('the loss', async () => {
    const { rooms } = await describeSfu(sfu.controlUrl);
    return rooms[0]?.participants === 1;
  });
  await say(1);
  expect(await ada.client.event('mediaLost')).toMatchObject({ participantId: grace.id });
});

test.each([
  ['1', version1, 'snapshot'],
  ['2 of before losses were known', { auth: { version: 2 } }, 'sync'],
] as const)(
  'M8 a client of version %s takes it for a gap and hears `media_lost`, once',
  async (_, dialect, ask) => {
    const { sfu } = await startTwoWorkers();
    await place(stage.redis, { ...stage.room, sfu });
    const [ada, grace] = [await enter('Ada', 0, dialect), await enter('Grace', 1, dialect)];
    await killWorkerOf(ada, sfu.controlUrl);
    // Version 1 has no word for it: whatever comes next is the gap.
    if (ask === 'sync') await ada.client.event('mediaLost');
    await eventually('the loss', async () => {
      const answer = await ada.client.ask(ask, {});
      return 'error' in answer && answer.error.code === 'media_lost';
    });
    await ada.client.get('renewMedia', {});
    await ada.client.get(ask, {});
    await publish(ada);
    if (ask === 'sync') await grace.client.event('mediaLost');
    await grace.client.get(ask, {});
  },
);
