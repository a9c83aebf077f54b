import type { ConsumerId, LayersWantedOf, ProducerId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { call, newProducer, openSession, opus, simulcast, startSfu } from './test-sfu.ts';

type Session = Awaited<ReturnType<typeof openSession>>;

/** An SFU with a room in which the first sends a camera, and what it says of that. */
async function startMeeting(options: Parameters<typeof startSfu>[0] = {}) {
  const test = await startSfu(options);
  const base = test.sfu.controlUrl;
  const ann = await openSession(base);
  const camera = newProducer();
  const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
  const published = await call(base, 'openProducer', { ...ann.params, producer: camera }, body);
  return {
    base,
    ann,
    camera,
    published,
    carried: async () => (await call(base, 'describe', {}, {})).rooms[0],
    layers: async () => (await call(base, 'wantedLayers', ann.params, {})).producers.map(one => one.layers),
    enter: () => openSession(base, ann.room),
    watch: ({ params, rtpCapabilities }: Session, producerId: ProducerId = camera) =>
      call(base, 'openConsumers', params, { producerIds: [producerId], rtpCapabilities }),
    pause: ({ params }: Session, consumerId: ConsumerId | undefined, paused: boolean) =>
      call(base, 'pauseConsumers', params, { consumerIds: consumerId ? [consumerId] : [], paused }),
    prefer: ({ params }: Session, consumerId: ConsumerId | undefined, spatialLayer: number) =>
      call(base, 'setLayers', params, { consumers: consumerId ? [{ consumerId, spatialLayer }] : [] }),
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

const layers = ({ wanted }: { wanted: LayersWantedOf[] }) => wanted.map(one => one.layers);

describe('what is watched', () => {
  it('M10 is said in the answers of those who change it, for who publishes', async () => {
    await using meeting = await startMeeting();
    const { ann, camera, published, enter, watch, pause, prefer } = meeting;
    expect(published.wanted).toMatchObject([{ participant: ann.participant, producerId: camera, layers: 0 }]);

    const ben = await enter();
    const opened = await watch(ben);
    const consumer = opened.consumers[0]?.id;
    expect(layers(opened)).toEqual([1]);
    // Who says nothing of layers is sent the largest picture that there is.
    expect(layers(await pause(ben, consumer, false))).toEqual([3]);
    expect(layers(await prefer(ben, consumer, 1))).toEqual([2]);
    expect(layers(await prefer(ben, consumer, 1))).toEqual([]);

    const cyd = await enter();
    const second = (await watch(cyd)).consumers[0]?.id;
    await prefer(cyd, second, 0);
    expect(layers(await pause(cyd, second, false))).toEqual([]);
    expect(layers(await pause(ben, consumer, true))).toEqual([1]);
    expect(layers(await pause(ben, consumer, false))).toEqual([2]);
    expect(layers(await call(meeting.base, 'closeParticipant', ben.params, {}))).toEqual([1]);
    const asked = await call(meeting.base, 'wantedLayers', ann.params, {});
    expect(asked.producers).toMatchObject([{ producerId: camera, layers: 1 }]);
  });

  it('M10 counts those who watch through a pipe, by what they watch', async () => {
    await using meeting = await startMeeting({ workers: 2, consumersPerWorker: 1 });
    const { enter, watch, pause, prefer, carried } = meeting;
    const viewers: Session[] = [];
    await eventually('somebody on the other worker', async () => {
      const viewer = await enter();
      const opened = await watch(viewer);
      await prefer(viewer, opened.consumers[0]?.id, 1);
      await pause(viewer, opened.consumers[0]?.id, false);
      viewers.push(viewer);
      return (await carried())?.pipes === 1;
    });
    expect(await meeting.layers()).toEqual([2]);
    for (const { params } of viewers) await call(meeting.base, 'closeParticipant', params, {});
    expect(await meeting.layers()).toEqual([0]);
  });

  it('M9 passes over consumers of sound and those that are gone; M10 sound that is paused by all is not wanted', async () => {
    await using meeting = await startMeeting();
    const { base, ann, enter, watch, pause, prefer } = meeting;
    const microphone = newProducer();
    const body = { kind: 'audio', source: 'microphone', rtpParameters: opus(7), paused: false } as const;
    const { wanted } = await call(base, 'openProducer', { ...ann.params, producer: microphone }, body);
    expect(wanted).toEqual([]);
    const ben = await enter();
    const heard = await watch(ben, microphone);
    expect(heard.wanted).toEqual([]);
    expect(await prefer(ben, heard.consumers[0]?.id, 0)).toEqual({ wanted: [] });
    expect(await prefer(ben, newProducer() as string as ConsumerId, 2)).toEqual({ wanted: [] });
    const wantedOf = async () => (await call(base, 'wantedLayers', ann.params, {})).producers;
    expect(await wantedOf()).toContainEqual(expect.objectContaining({ producerId: microphone, layers: 1 }));
    expect(layers(await pause(ben, heard.consumers[0]?.id, true))).toEqual([0]);
    expect(layers(await pause(ben, heard.consumers[0]?.id, false))).toEqual([1]);
  });

  it('M9 layers of scalable video are chosen alike', async () => {
    await using meeting = await startMeeting();
    const { base, ann, enter, watch, pause, prefer } = meeting;
    const camera = newProducer();
    const codec = { payloadType: 98, clockRate: 90_000, parameters: { 'profile-id': 0 } };
    const rtpParameters = {
      mid: 'vp9',
      codecs: [{ mimeType: 'video/VP9', ...codec }],
      encodings: [{ ssrc: 98, scalabilityMode: 'L3T3' }],
    };
    const body = { kind: 'video', source: 'camera', rtpParameters, paused: false } as const;
    await call(base, 'openProducer', { ...ann.params, producer: camera }, body);
    const ben = await enter();
    const consumer = (await watch(ben, camera)).consumers[0];
    expect(consumer?.rtpParameters.encodings?.[0]?.scalabilityMode).toBe('L3T3');
    expect(layers(await pause(ben, consumer?.id, false))).toEqual([3]);
    expect(layers(await prefer(ben, consumer?.id, 0))).toEqual([1]);
  });
});
