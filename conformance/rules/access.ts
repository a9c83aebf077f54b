import { deepEqual, equal, match } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type MediaSource, type ProducerId, rightsOfRole } from '@parley/protocol';
import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import { opus } from '../rtp.ts';
import { publish, sessionOf } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

const send = (client: Client, source: MediaSource) =>
  client.ask('publish', { producerId: randomUUID() as ProducerId, source, rtpParameters: opus() });

export const access: readonly Check[] = [
  {
    rule: 'A1',
    title: 'a token grants a name, an identity and a role; without one people are speakers',
    async run(stage) {
      const room = await stage.room();
      const token = await room.token({ displayName: 'Ada', identity: 'user-7', role: 'moderator' });
      const { joined } = await stage.enter(room, 'Somebody', token);
      const [ada] = joined.snapshot.participants;
      deepEqual([ada?.displayName, ada?.identity, ada?.role], ['Ada', 'user-7', 'moderator']);
      equal((await stage.enter(room, 'Grace')).joined.role, 'speaker');
      equal((await stage.enter(room, 'Edsger', await room.token({}))).joined.role, 'speaker');
    },
  },
  {
    rule: 'A2',
    title: 'one hears one’s own role and rights, others see role and identity',
    async run(stage) {
      const room = await stage.room({ access: 'Token' });
      const ada = await stage.enter(room, 'Ada', await room.token({ role: 'moderator' }));
      equal(ada.joined.role, 'moderator');
      deepEqual(ada.joined.rights, rightsOfRole.moderator);
      const token = await room.token({ identity: 'user-8', rights: { chat: false } });
      const grace = await stage.enter(room, 'Grace', token);
      deepEqual(grace.joined.rights, { ...rightsOfRole.speaker, chat: false });
      const { participant } = await ada.client.event('participantJoined');
      deepEqual([participant.role, participant.identity], ['speaker', 'user-8']);
      equal('rights' in participant, false);
    },
  },
  {
    rule: 'A3',
    title: 'who may not publish a source is told so, and nobody sees it',
    async run(stage) {
      const room = await stage.room({ access: 'Token' });
      const ada = await stage.enter(room, 'Ada', await room.token({ rights: { publish: ['microphone'] } }));
      const viewer = await stage.enter(room, 'Viewer', await room.token({ role: 'viewer' }));
      match(wantRefusal(await send(viewer.client, 'microphone'), 'forbidden').message, /publish/);
      match(wantRefusal(await send(ada.client, 'screen-audio'), 'forbidden').message, /publish/);
      await publish(ada);
      const { participants } = await ada.client.state();
      deepEqual(
        participants.map(({ producers }) => producers.length),
        [1, 0],
      );
    },
  },
  {
    rule: 'A3',
    title: 'who may not subscribe gets nothing',
    async run(stage) {
      const room = await stage.room();
      const ada = await stage.enter(room, 'Ada');
      const { routerRtpCapabilities: rtpCapabilities } = ada.joined.media;
      const request = { producerIds: [await publish(ada)], rtpCapabilities };
      const deaf = await stage.enter(room, 'Deaf', await room.token({ rights: { subscribe: false } }));
      match(wantRefusal(await deaf.client.ask('subscribe', request), 'forbidden').message, /subscribe/);
      const viewer = await stage.enter(room, 'Viewer', await room.token({ role: 'viewer' }));
      equal((await viewer.client.get('subscribe', request)).consumers.length, 1);
    },
  },
  {
    rule: 'A3',
    title: 'who resumes may do what they could before, no more and no less',
    async run(stage) {
      const room = await stage.room({ access: 'Token' });
      const token = await room.token({ rights: { publish: ['microphone'] } });
      const { client, joined } = await stage.enter(room, 'Singer', token);
      client.drop();
      const back = stage.client();
      await back.get('resume', sessionOf(joined));
      wantRefusal(await send(back, 'camera'), 'forbidden');
      equal((await send(back, 'microphone')).ok, true);
    },
  },
];
