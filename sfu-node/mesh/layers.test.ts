import { PipeId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import { call, newProducer, openSession, simulcast, startSfu } from '../test-sfu.ts';
import { PipeLayers, UnsaidLayers } from './pipe-layers.ts';
import { at, startWay } from './test-mesh.ts';

/** A camera on one SFU, which is watched on another. */
async function startMeeting() {
  const one = await startSfu();
  const other = await startSfu();
  const way = await startWay(one.sfu.controlUrl);
  const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
  const ann = await openSession(near);
  const camera = newProducer();
  const body = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;
  await call(near, 'openProducer', { ...ann.params, producer: camera }, body);
  const elsewhere = at(one, ann, camera, 'camera', way.url);
  return {
    ...{ near, far, ann, camera, way },
    enter: async () => {
      const session = await openSession(far, ann.room);
      const { rtpCapabilities, params } = session;
      const opened = await call(far, 'openConsumers', params, {
        producerIds: [camera],
        rtpCapabilities,
        elsewhere,
      });
      const id = opened.consumers[0]?.id;
      if (!id) throw new Error('There is no consumer.');
      return {
        opened,
        pause: (paused: boolean) => call(far, 'pauseConsumers', params, { consumerIds: [id], paused }),
        prefer: (spatialLayer: number) =>
          call(far, 'setLayers', params, { consumers: [{ consumerId: id, spatialLayer }] }),
        leave: () => call(far, 'closeParticipant', params, {}),
      };
    },
    watched: async () => (await call(near, 'wantedLayers', ann.params, {})).producers[0]?.layers,
    async [Symbol.asyncDispose]() {
      way[Symbol.dispose]();
      await other[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
    },
  };
}

it('M10 what is watched on another SFU is said in the answers of those who change it there', async () => {
  await using meeting = await startMeeting();
  const { ann, camera, enter, watched } = meeting;
  const ben = await enter();
  const told = { participant: ann.participant, producerId: camera };
  expect(ben.opened.wanted).toMatchObject([{ ...told, layers: 1 }]);
  expect((await ben.prefer(1)).wanted).toEqual([]);
  expect((await ben.pause(false)).wanted).toMatchObject([{ ...told, layers: 2 }]);
  expect(await watched()).toBe(2);

  const cyd = await enter();
  expect((await cyd.pause(false)).wanted).toMatchObject([{ ...told, layers: 3 }]);
  await cyd.leave();
  await eventually('less', async () => (await watched()) === 2);
  await ben.pause(true);
  await eventually('nothing', async () => (await watched()) === 0);
  await ben.leave();
  expect(await watched()).toBe(0);
});

it('what could not be said of it is said as soon as the other SFU can be called again', async () => {
  await using meeting = await startMeeting();
  const ben = await meeting.enter();
  meeting.way.cut();
  await ben.pause(false);
  expect(await meeting.watched()).toBe(1);
  meeting.way.mend();
  await eventually('word of it', async () => (await meeting.watched()) === 3);
});

it('the largest layer that anybody wants is said, when it is another', () => {
  const said: number[] = [];
  const layers = new PipeLayers(1, async most => void said.push(most));
  const [ben, cyd] = [{}, {}];
  expect(layers.wish(ben, 1)).toBeUndefined();
  expect(layers.wish(ben, 3)).toBeInstanceOf(Promise);
  expect(layers.wish(cyd, 2)).toBeUndefined();
  expect(layers.wish(ben, undefined)).toBeUndefined();
  layers.wish(cyd, Number.POSITIVE_INFINITY);
  layers.wish(cyd, undefined);
  expect(said).toEqual([3, 2, 8, 0]);
});

it('of what is said at once the last counts, in one call, and of what is gone nothing is said', async () => {
  const calls: [string, number][][] = [];
  const told = Promise.withResolvers<void>();
  const unsaid = new UnsaidLayers({ closed: false }, async pipes => {
    calls.push(pipes.map(({ pipe, layers }) => [pipe, layers]));
    await told.promise;
  });
  const pipe = () => PipeId.parse(crypto.randomUUID());
  const [one, other, gone] = [pipe(), pipe(), pipe()];
  const first = [unsaid.set(one, 1), unsaid.set(one, 2), unsaid.set(other, 3), unsaid.set(gone, 3)];
  unsaid.forget(gone);
  await eventually('a call', () => calls.length === 1);
  const later = unsaid.set(one, 0);
  told.resolve();
  await Promise.all([...first, later]);
  expect(calls).toEqual([
    [
      [one, 2],
      [other, 3],
    ],
    [[one, 0]],
  ]);
});
