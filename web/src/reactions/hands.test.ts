import type { CallSnapshot } from '@parley/client';
import { expect, test } from 'vitest';
import { handsOf, newHands } from './hands.ts';

const person = (id: string, handRaisedAt?: number) => ({ id, displayName: id, handRaisedAt });
const hands = (self: object, ...participants: object[]) =>
  handsOf({ self, participants } as unknown as CallSnapshot);

test('hands are in the order in which they went up, on every page the same', () => {
  const queue = hands(person('me', 20), person('b', 10), person('c'), person('a', 10), person('d', 30));
  expect(queue.map(({ id }) => id)).toEqual(['a', 'b', 'me', 'd']);
  expect(queue.find(({ mine }) => mine)?.id).toBe('me');
});

test('news are the hands of others that went up, also again', () => {
  const before = hands(person('me'), person('a', 10), person('b', 11));
  const now = hands(person('me', 12), person('a', 10), person('b', 15), person('c', 13));
  expect(newHands(before, now).map(({ id }) => id)).toEqual(['c', 'b']);
  expect(newHands(now, before.slice(0, 1))).toEqual([]);
});
