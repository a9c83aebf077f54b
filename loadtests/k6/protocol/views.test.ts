/** However events and messages arrive, what is shown is each once and in order, and a gap is seen as one. */
import {
  type ChatMessage,
  type ChatPage,
  oldestVersion,
  protocolRevision,
  protocolVersion,
  type RoomEvent,
  type RoomSnapshot,
} from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatView } from './chat-view.ts';
import { handshake } from './connection.ts';
import { RoomView } from './room-view.ts';

const message = (seq: number): ChatMessage =>
  ({
    seq,
    at: seq * 10,
    after: (seq - 1) * 10,
    id: `${seq}`,
    from: {},
    text: `${seq}`,
  }) as unknown as ChatMessage;
const page = (first: number, last: number, latest: number): ChatPage => ({
  messages: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => message(first + i)),
  latest: { seq: latest, at: latest * 10 },
  oldest: 1,
});
const count = 30;

test('messages come in any order, twice or never: each is shown once and in order after what is missing is asked for', () => {
  const heard = fc.array(fc.integer({ min: 1, max: count }), { maxLength: 60 });
  fc.assert(
    fc.property(heard, fc.boolean(), (order, asksAtOnce) => {
      const view = new ChatView();
      view.read(page(1, 0, 0));
      const shown: ChatMessage[] = [];
      const ask = (latest: number) => {
        for (let more = true; more; ) {
          const from = (view.place?.seq ?? 0) + 1;
          const answer = view.read(page(from, Math.min(latest, from + 6), latest));
          shown.push(...answer.shown);
          more = answer.more;
        }
      };
      let latest = 0;
      for (const seq of order) {
        latest = Math.max(latest, seq);
        const { shown: now, gap } = view.hear(message(seq));
        shown.push(...now);
        if (gap && asksAtOnce) ask(latest);
      }
      ask(latest);
      expect(shown.map(({ seq }) => seq)).toEqual(Array.from({ length: latest }, (_, i) => i + 1));
      expect(view.missed).toBe(0);
    }),
  );
});

test('messages that are not kept any more are counted as missed', () => {
  const view = new ChatView();
  view.read(page(1, 2, 2));
  expect(view.hear(message(9)).gap).toBe(true);
  const { shown, more } = view.read(page(6, 9, 9));
  expect([shown.map(({ seq }) => seq), more, view.missed]).toEqual([[6, 7, 8, 9], false, 3]);
});

test('a chat whose history was lost begins anew', () => {
  const view = new ChatView();
  view.read(page(1, 5, 5));
  const other = { ...message(2), at: 999, after: 998 };
  expect(view.hear({ ...other, seq: 6 }).gap).toBe(true);
  view.read({
    messages: [{ ...message(1), at: 998, after: 0 }, other],
    latest: { seq: 2, at: 999 },
    oldest: 1,
  });
  expect(view.place).toEqual({ seq: 2, at: 999 });
});

const snapshot = (people: string[]): RoomSnapshot =>
  ({
    seq: 0,
    at: 0,
    generation: 'g1',
    participants: people.map(id => ({
      id,
      displayName: id,
      role: 'speaker',
      connected: true,
      producers: [],
    })),
    locked: false,
  }) as unknown as RoomSnapshot;
const event = (seq: number, rest: object) =>
  ({ seq, at: seq * 10, after: (seq - 1) * 10, ...rest }) as unknown as RoomEvent;
const producer = (id: string, generation = 'g1') => ({
  id,
  kind: 'audio',
  source: 'microphone',
  paused: false,
  generation,
});

test('a room is what its events made of it, and a gap is seen', () => {
  const view = new RoomView(snapshot(['ada']));
  const self = 'ada' as Parameters<RoomView['producersBeside']>[0];
  const steps = [
    event(1, { type: 'participantJoined', participant: snapshot(['bob']).participants[0] }),
    event(2, { type: 'producerAdded', participantId: 'bob', producer: producer('p1') }),
    event(2, { type: 'producerAdded', participantId: 'bob', producer: producer('p9') }),
    event(3, { type: 'producerPaused', participantId: 'bob', producerId: 'p1', paused: true }),
    event(5, { type: 'participantLeft', participantId: 'bob' }),
    { ...event(4, { type: 'participantLeft', participantId: 'bob' }), after: 31 } as RoomEvent,
  ].map(one => view.hear(one));
  expect(steps).toEqual(['applied', 'applied', 'old', 'applied', 'gap', 'gap']);
  expect(view.producersBeside(self)).toMatchObject([{ id: 'p1', paused: true }]);
  expect(view.place).toEqual({ seq: 3, at: 30 });
});

test('producers go with the media that carried them', () => {
  const view = new RoomView(snapshot(['ada', 'bob']));
  const self = 'ada' as Parameters<RoomView['producersBeside']>[0];
  const seen = () => view.producersBeside(self).map(({ id }) => id);
  view.hear(event(1, { type: 'producerAdded', participantId: 'bob', producer: producer('old') }));
  view.hear(event(2, { type: 'mediaMoved', from: 'g1', generation: 'g2' }));
  view.hear(event(3, { type: 'producerAdded', participantId: 'bob', producer: producer('new', 'g2') }));
  expect(seen()).toEqual(['old', 'new']);
  const carried = () =>
    (['g1', 'g2', 'g3'] as Parameters<RoomView['carries']>[0][]).filter(one => view.carries(one));
  expect(carried()).toEqual(['g1', 'g2']);
  view.hear(event(4, { type: 'moveFinished', generation: 'g2' }));
  expect(seen()).toEqual(['new']);
  expect(carried()).toEqual(['g2']);
  view.hear(event(5, { type: 'mediaLost', participantId: 'bob', generation: 'g2', loss: 'l' }));
  expect(seen()).toEqual([]);
  view.hear(event(6, { type: 'producerAdded', participantId: 'bob', producer: producer('again', 'g2') }));
  view.hear(event(7, { type: 'mediaReset', generation: 'g3' }));
  expect(seen()).toEqual([]);
});

test('the version that is spoken is the newest', () => {
  expect(handshake).toEqual({ version: protocolVersion, revision: protocolRevision });
  expect(handshake.version).toBeGreaterThanOrEqual(oldestVersion);
});
