import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Check } from '../check.ts';
import { placeOf, publish, sessionOf } from '../stage.ts';
import { wantChain, wantRefusal } from '../wants.ts';

export const state: readonly Check[] = [
  {
    rule: 'S1',
    title: 'everyone hears every change, one number after the other, but nobody of their own joining',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const producerId = await publish(grace);
      await grace.client.get('pauseProducer', { producerId, paused: true });
      await grace.client.get('unpublish', { producerId });
      await grace.client.event('producerRemoved');
      await grace.client.get('leave', {});
      await ada.client.event('participantLeft', grace.id);
      const changes = ['producerAdded', 'producerPaused', 'producerRemoved'];
      deepEqual(
        ada.client.events.map(({ type }) => type),
        ['participantJoined', ...changes, 'participantLeft'],
      );
      deepEqual(
        grace.client.events.map(({ type }) => type).filter(type => type !== 'participantLeft'),
        changes,
      );
      const { seq } = ada.joined.snapshot;
      deepEqual(
        ada.client.events.map(event => event.seq - seq),
        [1, 2, 3, 4, 5],
      );
    },
  },
  {
    rule: 'S2',
    title: 'a snapshot is the state as of its number',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const producerId = await publish(grace);
      const { seq } = await ada.client.event('producerAdded');
      const snapshot = await ada.client.state();
      equal(snapshot.seq, seq);
      deepEqual(
        snapshot.participants.map(({ id, producers }) => [id, producers.map(producer => producer.id)]),
        [
          [ada.id, []],
          [grace.id, [producerId]],
        ],
      );
    },
  },
  {
    rule: 'S3',
    title: 'version 1 is answered everything',
    versions: [1],
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const { participants } = await ada.client.state();
      deepEqual(
        participants.map(({ id }) => id),
        [ada.id, grace.id],
      );
      const resumed = await stage.client().get('resume', sessionOf(grace.joined));
      ok('snapshot' in resumed);
    },
  },
  {
    rule: 'S3',
    title: 'version 2 has no request snapshot',
    versions: [2],
    async run(stage) {
      const [ada] = await stage.meet(await stage.room());
      wantRefusal(await ada.client.ask('snapshot', {}), 'bad_request');
    },
  },
  {
    rule: 'S4',
    title: 'who leaves takes their producers along without a word for each',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      await publish(grace);
      await grace.client.get('leave', {});
      await ada.client.event('participantLeft', grace.id);
      const { participants } = await ada.client.state();
      deepEqual(
        participants.map(({ id, producers }) => [id, producers.length]),
        [[ada.id, 0]],
      );
      equal(
        ada.client.events.some(({ type }) => type === 'producerRemoved'),
        false,
      );
    },
  },
  {
    rule: 'S5',
    title: 'every change says when it was made and when the one before it was',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const producerId = await publish(grace);
      for (const paused of [true, false]) await grace.client.get('pauseProducer', { producerId, paused });
      await grace.client.get('leave', {});
      await ada.client.event('participantLeft', grace.id);
      equal(ada.client.events.length, 5);
      wantChain([{ ...placeOf(ada.joined.snapshot), after: 0 }, ...ada.client.events]);
    },
  },
  {
    rule: 'S6',
    title: 'sync answers what came after a place, all of it and in order',
    versions: [2],
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const since = placeOf(await grace.client.state());
      const producerId = await publish(ada);
      await ada.client.get('pauseProducer', { producerId, paused: true });
      await ada.client.get('unpublish', { producerId });
      const missed = await grace.client.get('sync', { since });
      ok('events' in missed, 'it answers with events');
      deepEqual(
        missed.events.map(({ type }) => type),
        ['producerAdded', 'producerPaused', 'producerRemoved'],
      );
      wantChain([{ ...since, after: 0 }, ...missed.events]);
      deepEqual(await grace.client.get('sync', { since: placeOf(await ada.client.state()) }), { events: [] });
    },
  },
  {
    rule: 'S6',
    title: 'resume answers what came after a place, one’s own return among it',
    versions: [2],
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const since = placeOf(await grace.client.state());
      grace.client.drop();
      await ada.client.event('participantConnection', grace.id);
      const missed = await stage.client().get('resume', { ...sessionOf(grace.joined), since });
      ok('events' in missed, 'it answers with events');
      deepEqual(
        missed.events.map(event => 'connected' in event && event.connected),
        [false, true],
      );
      wantChain([{ ...since, after: 0 }, ...missed.events]);
    },
  },
  {
    rule: 'S6',
    title: 'a place that is not known is answered with everything',
    versions: [2],
    async run(stage) {
      const { client, id } = await stage.enter(await stage.room(), 'Ada');
      const { seq, at } = await client.state();
      for (const since of [
        { seq: seq + 1000, at },
        { seq, at: at - 1 },
      ]) {
        const missed = await client.get('sync', { since });
        ok('snapshot' in missed, 'it answers with a snapshot');
        deepEqual([missed.snapshot.seq, missed.snapshot.participants[0]?.id], [seq, id]);
      }
    },
  },
];
