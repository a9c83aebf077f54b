import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { maxMessageBytes, type ProducerId } from '@parley/protocol';
import type { Check } from '../check.ts';
import { opus } from '../rtp.ts';
import { outcomes, wantRefusal } from '../wants.ts';

/** More than anyone may ask at once, and less than what ends the connection. */
const tooMany = 400;

const malformed = (event: string, args: unknown[], path = ''): Check => ({
  rule: 'R3',
  title: `${event} with ${JSON.stringify(args).slice(0, 60)} is answered bad_request`,
  async run(stage) {
    const error = wantRefusal(await stage.client().send(event, ...args), 'bad_request');
    equal(error.path ?? '', path);
  },
});

export const requesting: readonly Check[] = [
  {
    rule: 'R1',
    title: 'every request is answered exactly once',
    async run(stage) {
      const client = await stage.client().connected();
      const asked = ['renewMedia', 'nonsense', 'join', 'leave', 'snapshot', 'resume', 'leave'];
      await Promise.all(asked.map(event => client.send(event, {})));
      await client.send('leave', {});
      equal(client.acknowledged.length, asked.length + 1);
      equal(new Set(client.acknowledged).size, client.acknowledged.length);
    },
  },
  {
    rule: 'R2',
    title: 'what has no acknowledgement is ignored',
    async run(stage) {
      const client = await stage.client().connected();
      client.socket.emit('join', { room: (await stage.room()).key, displayName: 'Ada' });
      client.socket.emit('nonsense');
      wantRefusal(await client.ask('renewMedia', {}), 'not_joined');
    },
  },
  malformed('nonsense', [{}]),
  malformed('__proto__', [{}]),
  malformed('join', []),
  malformed('join', [{}, {}]),
  malformed('join', [null]),
  malformed('join', [{ room: 'Not A Label', displayName: 'Ada' }], 'room'),
  malformed('join', [{ room: 'x', displayName: '  ' }], 'displayName'),
  malformed('join', [{ room: 'x', displayName: '🦜'.repeat(10_000) }], 'displayName'),
  malformed(
    'connectTransport',
    [{ transportId: randomUUID(), dtlsParameters: {} }],
    'dtlsParameters.fingerprints',
  ),
  {
    rule: 'R4',
    title: 'a message that is too large is answered and the connection lives',
    async run(stage) {
      const client = await stage.client().connected();
      // The second is shorter than the limit in characters, and longer in bytes.
      for (const displayName of ['A'.repeat(maxMessageBytes), '€'.repeat(maxMessageBytes / 2)]) {
        wantRefusal(await client.send('join', { room: 'x', displayName }), 'too_large');
      }
      wantRefusal(await client.ask('renewMedia', {}), 'not_joined');
    },
  },
  {
    rule: 'R4',
    title: 'a huge or binary message ends its connection and no other',
    async run(stage) {
      const bystander = await stage.client().connected();
      for (const payload of ['A'.repeat(2 * 1024 * 1024), Buffer.from('binary')]) {
        const client = await stage.client().connected();
        client.socket.emit('join', { payload });
        await client.disconnected();
      }
      wantRefusal(await bystander.ask('renewMedia', {}), 'not_joined');
    },
  },
  {
    rule: 'R5',
    title: 'a flood is refused, ended if it goes on, and no concern of others',
    async run(stage) {
      const [client, bystander] = [await stage.client().connected(), await stage.client().connected()];
      const answers = await Promise.all(Array.from({ length: tooMany }, () => client.ask('renewMedia', {})));
      deepEqual(Object.keys(outcomes(answers)).sort(), ['not_joined', 'rate_limited']);
      for (let i = 0; i < 2000; i++) client.socket.emit('renewMedia', {});
      await client.disconnected();
      wantRefusal(await bystander.ask('renewMedia', {}), 'not_joined');
    },
  },
  {
    rule: 'R7',
    title: 'requests of those who are in no room are answered not_joined, but for leave',
    async run(stage) {
      const client = stage.client();
      wantRefusal(await client.ask('renewMedia', {}), 'not_joined');
      wantRefusal(
        await client.ask('subscribe', { producerIds: [randomUUID() as ProducerId], rtpCapabilities: {} }),
        'not_joined',
      );
      deepEqual(await client.ask('leave', {}), { ok: true, value: {} });
    },
  },
  {
    rule: 'R7',
    title: 'a second join or resume on a connection is answered conflict',
    async run(stage) {
      const room = await stage.room();
      const { client, joined } = await stage.enter(room, 'Ada');
      wantRefusal(await client.ask('join', { room: room.key, displayName: 'Ada' }), 'conflict');
      const { participantId, sessionSecret } = joined;
      wantRefusal(await client.ask('resume', { room: room.key, participantId, sessionSecret }), 'conflict');
      equal((await client.state()).participants.length, 1);
    },
  },
  {
    rule: 'R8',
    title: 'a repeated request changes nothing and is answered the same',
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const producerId = randomUUID() as ProducerId;
      const request = { producerId, source: 'microphone', rtpParameters: opus() } as const;
      for (let i = 0; i < 2; i++) deepEqual(await ada.client.get('publish', request), {});
      for (let i = 0; i < 2; i++) deepEqual(await ada.client.get('unpublish', { producerId }), {});
      await grace.client.event('producerRemoved');
      await ada.client.get('leave', {});
      await grace.client.event('participantLeft', ada.id);
      const types = grace.client.events.map(({ type }) => type);
      deepEqual(types, ['producerAdded', 'producerRemoved', 'participantLeft']);
      ok(grace.client.socket.connected);
    },
  },
];
