import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { chatPageSize, chatRate, chatStart, maxChatText, maxMarksInARow } from '@parley/protocol';
import type { Check } from '../check.ts';
import { type Client, handshakes } from '../client.ts';
import { message, placeOf, sessionOf } from '../stage.ts';
import { outcomes, wantChain, wantRefusal } from '../wants.ts';

const versions = [2] as const;

/** One message after the other, fewer than the rate allows at once. */
const write = async (by: Client, count: number) => {
  for (let i = 1; i <= count; i++) await by.get('sendChat', message(`${i}`));
};
const read = (client: Client, count: number) =>
  client.until(`${count} messages`, () => client.messages.length >= count);
const numbers = (list: readonly { seq: number }[]) => list.map(({ seq }) => seq);

export const chat: readonly Check[] = [
  {
    rule: 'H1',
    title: 'messages have numbers without gaps, and say when they and those before them were taken in',
    versions,
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      equal((await ada.client.get('sendChat', message('one'))).seq, 1);
      equal((await grace.client.get('sendChat', message('two'))).seq, 2);
      equal((await ada.client.get('sendChat', message('three'))).seq, 3);
      await read(ada.client, 3);
      const kept = await grace.client.get('chatHistory', {});
      deepEqual(
        kept.messages.map(({ seq, text }) => `${seq} ${text}`),
        ['1 one', '2 two', '3 three'],
      );
      equal(kept.messages[0]?.after, 0);
      wantChain(kept.messages);
      deepEqual(kept.latest, placeOf(kept.messages[2] ?? chatStart));
    },
  },
  {
    rule: 'H2',
    title: 'a message that is sent again is one message, also by who joined anew',
    versions,
    async run(stage) {
      const room = await stage.room();
      const ada = await stage.enter(room, 'Ada');
      const sent = message('once');
      deepEqual(await ada.client.get('sendChat', sent), { seq: 1 });
      deepEqual(await ada.client.get('sendChat', sent), { seq: 1 });
      await ada.client.get('leave', {});
      const again = await stage.enter(room, 'Ada');
      deepEqual(await again.client.get('sendChat', sent), { seq: 1 });
      wantRefusal(await again.client.ask('sendChat', { ...sent, text: 'else' }), 'conflict');
      equal((await again.client.get('chatHistory', {})).latest.seq, 1);
    },
  },
  {
    rule: 'H3',
    title: 'everyone hears a message, its sender before they are answered',
    versions,
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      await ada.client.get('sendChat', message('Hello'));
      equal(ada.client.messages.length, 1);
      await read(grace.client, 1);
      const [heard] = grace.client.messages;
      deepEqual(heard, ada.client.messages[0]);
      deepEqual([heard?.from.id, heard?.from.displayName, heard?.text], [ada.id, 'Ada', 'Hello']);
    },
  },
  {
    rule: 'H4',
    title: 'pages lead from a place to the latest message, and back to the oldest',
    versions,
    async run(stage) {
      const { client } = await stage.enter(await stage.room(), 'Ada');
      await write(client, 5);
      await read(client, 5);
      const since = placeOf(client.messages[1] ?? chatStart);
      deepEqual(numbers((await client.get('chatHistory', { since })).messages), [3, 4, 5]);
      const before = await client.get('chatHistory', { before: 4 });
      deepEqual(numbers(before.messages), [1, 2, 3]);
      deepEqual([before.oldest, before.latest.seq], [1, 5]);
      ok(before.messages.length <= chatPageSize);
    },
  },
  {
    rule: 'H5',
    title: 'a place that is not known is answered with the latest messages',
    versions,
    async run(stage) {
      const { client } = await stage.enter(await stage.room(), 'Ada');
      await write(client, 3);
      const latest = await client.get('chatHistory', {});
      deepEqual(numbers(latest.messages), [1, 2, 3]);
      for (const since of [
        { seq: 2, at: 1 },
        { seq: 1000, at: latest.latest.at },
      ]) {
        deepEqual(await client.get('chatHistory', { since }), latest);
      }
    },
  },
  {
    rule: 'H7',
    title: 'who joins reads what was before, and who resumes what came since',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, grace] = await stage.meet(room);
      deepEqual(ada.joined.chat, { messages: [], latest: chatStart, oldest: 0 });
      await ada.client.get('sendChat', message('before'));
      await read(grace.client, 1);
      const [chatSince] = grace.client.messages.map(placeOf);
      grace.client.drop();
      await ada.client.event('participantConnection', grace.id);
      await ada.client.get('sendChat', message('meanwhile'));
      const resumed = await stage.client().get('resume', { ...sessionOf(grace.joined), chatSince });
      deepEqual(
        resumed.chat?.messages.map(({ text }) => text),
        ['meanwhile'],
      );
      const { joined } = await stage.enter(room, 'Late');
      deepEqual(
        joined.chat?.messages.map(({ text }) => text),
        ['before', 'meanwhile'],
      );
    },
  },
  {
    rule: 'H7',
    title: 'version 1 is told nothing of chat',
    versions: [1],
    async run(stage) {
      const room = await stage.room();
      const old = await stage.enter(room, 'Old');
      equal('chat' in old.joined, false);
      const young = stage.client(handshakes[2]);
      const { participantId } = await young.join(room.key, 'Young');
      await young.get('sendChat', message('Hello'));
      await young.get('leave', {});
      // What is said after it arrives after it.
      await old.client.event('participantLeft', participantId);
      equal(old.client.heard.includes('chat'), false);
      equal('chat' in (await stage.client().get('resume', sessionOf(old.joined))), false);
    },
  },
  {
    rule: 'H8',
    title: 'who may not write is told so and reads on',
    versions,
    async run(stage) {
      const room = await stage.room();
      const mute = await stage.enter(room, 'Mute', await room.token({ rights: { chat: false } }));
      match(wantRefusal(await mute.client.ask('sendChat', message('hm')), 'forbidden').message, /chat/);
      const ada = await stage.enter(room, 'Ada');
      await ada.client.get('sendChat', message('Hello'));
      await read(mute.client, 1);
      deepEqual((await mute.client.get('chatHistory', {})).messages, mute.client.messages);
    },
  },
  {
    rule: 'H9',
    title: 'who writes too fast is refused, also on a new connection, and others go on',
    versions,
    async run(stage) {
      const [ada, grace] = await stage.meet(await stage.room());
      const flood = (by: Client) =>
        Promise.all(
          Array.from({ length: 3 * chatRate.burst }, (_, i) => by.ask('sendChat', message(`${i}`))),
        );
      const counts = outcomes(await flood(ada.client));
      deepEqual(Object.keys(counts).sort(), ['ok', 'rate_limited']);
      ok((counts.ok ?? 0) >= chatRate.burst, 'the burst is taken');
      const back = stage.client();
      await back.get('resume', sessionOf(ada.joined));
      ok((outcomes(await flood(back)).ok ?? 0) < chatRate.burst, 'a new connection brings no new burst');
      await grace.client.get('sendChat', message('calm'));
    },
  },
  {
    rule: 'H10',
    title: 'what is no text is refused by name, and what people write anywhere is taken',
    versions,
    async run(stage) {
      const { client } = await stage.enter(await stage.room(), 'Ada');
      const wrong = [
        '',
        '  ',
        'a\0b',
        'x'.repeat(maxChatText + 1),
        '€'.repeat(3000),
        '\ud83e',
        `e${'\u0301'.repeat(maxMarksInARow + 1)}`,
      ];
      for (const text of wrong) {
        equal(wantRefusal(await client.send('sendChat', message(text)), 'bad_request').path, 'text');
      }
      const right = ['two\nlines\tand a tab', '🦜 ñ 漢字 שלום', '<b>not markup</b>'];
      for (const text of right) await client.get('sendChat', message(text));
      const { messages } = await client.get('chatHistory', {});
      deepEqual(
        messages.map(({ text }) => text),
        right,
      );
    },
  },
];
