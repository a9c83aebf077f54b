import { randomUUID } from 'node:crypto';
import type { ConsumerId, LayersWanted, ProducerId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { simulcast } from './testing/rtp.ts';
import { type Person, useStage } from './testing/stage.ts';

const { enter, client } = useStage();
const current = { auth: { version: 2, revision: 2 } };
const before = { auth: { version: 2, revision: 1 } };

/** Somebody who sends a camera, and hears what is watched of it. */
async function enterWithCamera(options = current) {
  const person = await enter('Ada', 0, options);
  const heard: LayersWanted[] = [];
  person.client.socket.on('layersWanted', (wanted: LayersWanted) => heard.push(wanted));
  const camera = randomUUID() as ProducerId;
  await person.client.get('publish', { producerId: camera, source: 'camera', rtpParameters: simulcast() });
  const last = () => heard.at(-1)?.layers;
  return {
    ...person,
    camera,
    heard,
    wants: (layers: number) => eventually(`${layers} layers`, () => last() === layers),
  };
}

async function watch({ client: viewer, joined }: Person, camera: ProducerId): Promise<ConsumerId[]> {
  const rtpCapabilities = joined.media.routerRtpCapabilities;
  const { consumers } = await viewer.get('subscribe', { producerIds: [camera], rtpCapabilities });
  return consumers.map(({ id }) => id);
}

test('M10 who publishes hears what is watched, from whichever replica people watch', async () => {
  const ada = await enterWithCamera();
  await ada.wants(0);
  const [ben, cyd] = [await enter('Ben', 1, current), await enter('Cyd', 0, current)];
  const others: unknown[] = [];
  ben.client.socket.on('layersWanted', wanted => others.push(wanted));
  const consumerIds = await watch(ben, ada.camera);
  await ada.wants(1);
  const consumers = consumerIds.map(consumerId => ({ consumerId, spatialLayer: 1 }));
  expect(await ben.client.get('setLayers', { consumers })).toEqual({});
  expect(await ben.client.get('pauseConsumers', { consumerIds, paused: false })).toEqual({});
  await ada.wants(2);
  await cyd.client.get('pauseConsumers', { consumerIds: await watch(cyd, ada.camera), paused: false });
  await ada.wants(3);
  await cyd.client.get('leave', {});
  await ada.wants(2);
  expect(await ben.client.get('unsubscribe', { consumerIds })).toEqual({});
  await ada.wants(0);
  const revisions = ada.heard.map(({ revision }) => revision);
  expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
  expect(new Set(ada.heard.map(({ producerId }) => producerId))).toEqual(new Set([ada.camera]));
  expect(others).toEqual([]);
});

test('M11 a publisher asks for the state, also on another connection, and hears on there', async () => {
  const ada = await enterWithCamera();
  await ada.wants(0);
  ada.client.drop();
  const ben = await enter('Ben', 1, current);
  const consumerIds = await watch(ben, ada.camera);
  const back = client(1, current);
  await back.get('resume', ada.membership);
  const { producers } = await back.get('wantedLayers', { generation: ada.joined.media.generation });
  expect(producers).toMatchObject([{ producerId: ada.camera, layers: 1 }]);
  const heard = new Promise<LayersWanted>(resolve => back.socket.once('layersWanted', resolve));
  await ben.client.get('pauseConsumers', { consumerIds, paused: false });
  const { layers, revision } = await heard;
  expect(layers).toBe(3);
  expect(revision).toBeGreaterThan(producers[0]?.revision ?? 0);
});

test('M11 clients of before hear nothing, and are sent everything', async () => {
  const ada = await enterWithCamera(before);
  const ben = await enter('Ben', 0, before);
  await ben.client.get('pauseConsumers', { consumerIds: await watch(ben, ada.camera), paused: false });
  const { producers } = await ada.client.get('wantedLayers', {});
  expect(producers).toMatchObject([{ layers: 3 }]);
  expect(ada.heard).toEqual([]);
});

test('M9 others cannot be told apart from what is gone, and nonsense is refused', async () => {
  const ada = await enterWithCamera();
  const [ben, cyd] = [await enter('Ben', 0, current), await enter('Cyd', 0, current)];
  const [consumerId = '' as ConsumerId] = await watch(ben, ada.camera);
  await ben.client.get('pauseConsumers', { consumerIds: [consumerId], paused: false });
  await ada.wants(3);
  expect(await cyd.client.get('setLayers', { consumers: [{ consumerId, spatialLayer: 0 }] })).toEqual({});
  expect((await ada.client.get('wantedLayers', {})).producers).toMatchObject([{ layers: 3 }]);
  for (const consumers of [[], [{ consumerId, spatialLayer: -1 }], [{ consumerId }]]) {
    expect(await ben.client.send('setLayers', { consumers })).toMatchObject({
      error: { code: 'bad_request' },
    });
  }
});
