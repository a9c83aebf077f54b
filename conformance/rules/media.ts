import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ProducerId, TransportId } from '@parley/protocol';
import type { Check } from '../check.ts';
import { dtls, opus } from '../rtp.ts';
import { publish, sessionOf } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

export const media: readonly Check[] = [
  {
    rule: 'M1',
    title: 'sources are limited to what the room allows, and to one producer each',
    async run(stage) {
      const room = await stage.room({ media: { audio: true, video: false, screen: false } });
      const ada = await stage.enter(room, 'Ada');
      const camera = {
        producerId: randomUUID() as ProducerId,
        source: 'camera',
        rtpParameters: opus(),
      } as const;
      wantRefusal(await ada.client.ask('publish', camera), 'forbidden');
      await publish(ada);
      wantRefusal(await ada.client.ask('publish', { ...camera, source: 'microphone' }), 'conflict');
    },
  },
  {
    rule: 'M2',
    title: 'others’ things are not found',
    async run(stage) {
      const [ada, { client }] = await stage.meet(await stage.room());
      const producerId = await publish(ada);
      const transportId = ada.joined.media.send.id;
      wantRefusal(await client.ask('pauseProducer', { producerId, paused: true }), 'not_found');
      wantRefusal(await client.ask('unpublish', { producerId }), 'not_found');
      wantRefusal(await client.ask('restartIce', { transportId }), 'not_found');
      wantRefusal(await client.ask('connectTransport', { transportId, dtlsParameters: dtls() }), 'not_found');
      equal((await client.state()).participants[0]?.producers.length, 1);
    },
  },
  {
    rule: 'M2',
    title: 'one connects and restarts what is one’s own',
    async run(stage) {
      const { client, joined } = await stage.enter(await stage.room(), 'Ada');
      const { id: transportId, iceParameters } = joined.media.send;
      await client.get('connectTransport', { transportId, dtlsParameters: dtls() });
      const restarted = await client.get('restartIce', { transportId });
      notEqual(restarted.iceParameters.password, iceParameters.password);
      const unknown = { transportId: randomUUID() as TransportId };
      wantRefusal(await client.ask('restartIce', unknown), 'not_found');
    },
  },
  {
    rule: 'M15',
    title: 'a restart gives other ICE parameters each time, and takes nothing away',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const producerId = await publish(ada);
      const { id: transportId, iceParameters } = ada.joined.media.send;
      const first = await ada.client.get('restartIce', { transportId });
      const second = await ada.client.get('restartIce', { transportId });
      const passwords = [iceParameters, first.iceParameters, second.iceParameters].map(
        ({ password }) => password,
      );
      equal(new Set(passwords).size, 3);
      const { consumers } = await grace.client.get('subscribe', {
        producerIds: [producerId],
        rtpCapabilities: grace.joined.media.routerRtpCapabilities,
      });
      equal(consumers.length, 1);
    },
  },
  {
    rule: 'M3',
    title: 'subscriptions are answered in parts, with producers of the same room alone',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const elsewhere = await publish(await stage.enter(await stage.room(), 'Edsger'));
      const producerId = await publish(ada);
      const { consumers, refused } = await grace.client.get('subscribe', {
        producerIds: [producerId, elsewhere, producerId],
        rtpCapabilities: grace.joined.media.routerRtpCapabilities,
      });
      deepEqual(
        consumers.map(consumer => [consumer.producerId, consumer.kind]),
        [[producerId, 'audio']],
      );
      deepEqual(
        refused.map(one => [one.producerId, one.error.code]),
        [[elsewhere, 'not_found']],
      );
      const consumerIds = consumers.map(({ id }) => id);
      await grace.client.get('pauseConsumers', { consumerIds, paused: false });
      await grace.client.get('unsubscribe', { consumerIds });
    },
  },
  {
    rule: 'M4',
    title: 'renewMedia ends the media that one had and gives new',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      await publish(ada);
      const { send } = await ada.client.get('renewMedia', {});
      notEqual(send.id, ada.joined.media.send.id);
      deepEqual(
        (await grace.client.state()).participants.flatMap(({ producers }) => producers),
        [],
      );
      const before = { transportId: ada.joined.media.send.id };
      wantRefusal(await ada.client.ask('restartIce', before), 'not_found');
      await publish(ada);
    },
  },
  {
    rule: 'M6',
    title: 'resume and renewMedia bring credentials of the same relays as join',
    async run(stage) {
      const { client, joined } = await stage.enter(await stage.room(), 'Ada');
      const wanted = joined.media.iceServers.map(({ urls }) => urls);
      const renewed = await client.get('renewMedia', {});
      const resumed = await stage.client().get('resume', sessionOf(joined));
      for (const { iceServers } of [renewed, resumed]) {
        deepEqual(
          iceServers.map(({ urls }) => urls),
          wanted,
        );
      }
    },
  },
];
