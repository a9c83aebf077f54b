import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ParticipantId } from '@parley/protocol';
import type { Check } from '../check.ts';
import { publish, sessionOf } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

/** How far the end of a grace may be off; those who look for it do so every few seconds. */
const graceSlackMs = { early: 500, late: 10_000 };

export const staying: readonly Check[] = [
  {
    rule: 'G1',
    title: 'who loses the connection stays for the grace with their media, and is then removed once',
    async run(stage) {
      const { graceMs } = stage.endpoint;
      const [ada, grace] = await stage.meet(await stage.room());
      await publish(grace);
      grace.client.drop();
      const gone = await ada.client.event('participantConnection', grace.id);
      equal(gone.connected, false);
      const away = (await ada.client.state()).participants[1];
      deepEqual([away?.connected, away?.producers.length], [false, 1]);
      const left = await ada.client.event('participantLeft', grace.id, graceMs + graceSlackMs.late);
      ok(left.at - gone.at >= graceMs - graceSlackMs.early, `removed after ${left.at - gone.at} ms already`);
      await ada.client.state();
      equal(ada.client.events.filter(({ type }) => type === 'participantLeft').length, 1);
    },
  },
  {
    rule: 'G2',
    title: 'a session is taken over by who knows its secret, and the old connection hears of it',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      await publish(grace);
      const session = sessionOf(grace.joined);
      const second = stage.client();
      wantRefusal(await second.ask('resume', { ...session, sessionSecret: 'guessed' }), 'forbidden');
      await second.get('resume', session);
      equal((await grace.client.goodbye()).reason, 'replaced');
      await grace.client.disconnected();
      const taken = (await second.state()).participants[1];
      deepEqual([taken?.id, taken?.connected, taken?.producers.length], [grace.id, true, 1]);
      await second.get('leave', {});
      await ada.client.event('participantLeft', grace.id);
      equal(
        ada.client.events.some(({ type }) => type === 'participantConnection'),
        false,
      );
    },
  },
  {
    rule: 'G2',
    title: 'a session that is not there is lost, and so is one that was left',
    async run(stage) {
      const room = await stage.room();
      const [, grace] = await stage.meet(room);
      const unknown = {
        room: room.key,
        participantId: randomUUID() as ParticipantId,
        sessionSecret: 'guessed',
      };
      wantRefusal(await stage.client().ask('resume', unknown), 'session_lost');
      await grace.client.get('leave', {});
      wantRefusal(await stage.client().ask('resume', sessionOf(grace.joined)), 'session_lost');
    },
  },
  {
    rule: 'G3',
    title: 'a resumed session says of which generation its media is, and that goes on if it is the same',
    async run(stage) {
      const { client, joined } = await stage.enter(await stage.room(), 'Ada');
      const before = await publish({ client });
      client.drop();
      const back = stage.client();
      const resumed = await back.get('resume', sessionOf(joined));
      ok('snapshot' in resumed);
      equal(resumed.snapshot.generation, joined.media.generation);
      await back.get('pauseProducer', { producerId: before, paused: true });
      await back.get('restartIce', { transportId: joined.media.send.id });
    },
  },
  {
    rule: 'G4',
    title: 'leave removes the participant at once',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      await grace.client.get('leave', {});
      deepEqual(
        (await ada.client.state()).participants.map(({ id }) => id),
        [ada.id],
      );
      await ada.client.event('participantLeft', grace.id);
    },
  },
  {
    rule: 'G5',
    title: 'when the room is deleted everyone hears so and is disconnected',
    async run(stage) {
      const room = await stage.room();
      const people = await stage.meet(room);
      await room.end();
      for (const { client } of people) {
        equal((await client.goodbye()).reason, 'room_ended');
        await client.disconnected();
      }
    },
  },
  {
    rule: 'G7',
    title: 'when the room closes everyone hears why and is disconnected',
    closesRooms: true,
    async run(stage) {
      const room = await stage.closingRoom();
      const people = await stage.meet(room);
      await room.close();
      for (const { client } of people) {
        const { reason, closed } = await client.goodbye();
        deepEqual([reason, closed?.reason], ['room_closed', 'Suspended']);
        await client.disconnected();
      }
    },
  },
];
