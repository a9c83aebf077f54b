import { observer, type types } from 'mediasoup';
import { expect, it } from 'vitest';
import { startSfu } from '../../sfu-node/test-sfu.ts';
import { secrets } from '../../signaling/testing/processes.ts';
import { useStage } from '../../signaling/testing/stage.ts';
import { ownClips } from './content/index.ts';
import { runMediaLoad } from './load.ts';

/** All producers and consumers that mediasoup makes in this process. */
const producers: types.Producer[] = [];
const consumers: types.Consumer[] = [];
observer.on('newworker', worker =>
  worker.observer.on('newrouter', router =>
    router.observer.on('newtransport', transport => {
      transport.observer.on('newproducer', producer => producers.push(producer));
      transport.observer.on('newconsumer', consumer => consumers.push(consumer));
    }),
  ),
);

const stage = useStage({ replicas: 1 });

/** RTP packets by what mediasoup says of its streams. */
async function countedBySfu() {
  const received = (await Promise.all(producers.map(producer => producer.getStats()))).flat();
  const sent = (await Promise.all(consumers.map(consumer => consumer.getStats()))).flat();
  return {
    received: received.reduce((sum, { packetCount, packetsLost }) => sum + packetCount + packetsLost, 0),
    sent: sent.reduce((sum, one) => sum + (one.type === 'outbound-rtp' ? one.packetCount : 0), 0),
  };
}

it('counts what the SFU counts, over several processes', async () => {
  const { sfu, settings } = stage.use(
    await startSfu({ redisUrl: stage.server.url, controlToken: secrets.CONTROL_TOKEN }),
  );
  const rooms = [];
  for (let index = 0; index < 2; index++) {
    const place = { pod: settings.pod, instance: sfu.instance, controlUrl: sfu.controlUrl };
    rooms.push((await stage.newRoom({ sfu: place })).key);
  }
  let counted = { received: 0, sent: 0 };
  const { summary, people } = await runMediaLoad({
    url: stage.replica(0).url,
    rooms,
    tokens: {},
    publishers: 3,
    subscribers: 2,
    clips: ownClips,
    watch: { audio: 10, video: 10 },
    seconds: 2,
    joinsPerSecond: 20,
    joinWithinMs: 30_000,
    processes: 2,
    seed: 1,
    say: () => {},
    signal: new AbortController().signal,
    beforeLeaving: async () => {
      counted = await countedBySfu();
    },
  });
  expect(summary.people).toEqual({ planned: 10, joined: 10, failed: 0 });
  const { audio, video } = summary.kinds;
  // Each of the three hears two others, each of the two hears three, in two rooms.
  expect(audio.streams).toEqual({ sent: 6, received: 24, silent: 0, missing: 0 });
  expect(video.streams).toEqual({ sent: 6, received: 24, silent: 0, missing: 0 });
  const sent = audio.packets.sent + video.packets.sent;
  expect(Math.abs(sent / counted.received - 1)).toBeLessThan(0.01);
  const arrived = people.flatMap(({ received }) => received);
  const expected = arrived.reduce((sum, { packets, lost }) => sum + packets + lost, 0);
  expect(Math.abs(expected / counted.sent - 1)).toBeLessThan(0.01);
});
