import { maxFileBytes, type ParticipantId } from '@parley/protocol';
import { expect, test } from 'vitest';
import {
  checkAccept,
  checkOffer,
  maxOffersOfOne,
  maxOver,
  maxOwn,
  maxReceiving,
  mayOffer,
  outdated,
} from './limits.ts';
import type { Transfer, TransferState } from './types.ts';

const ada = 'ada' as ParticipantId;
const grace = 'grace' as ParticipantId;
const known = (
  direction: Transfer['direction'],
  status: 'offered' | 'connecting' | 'done' | 'failed',
  size = 1,
  id = ada,
) => {
  const states: Record<typeof status, TransferState> = {
    offered: { status: 'offered' },
    connecting: { status: 'connecting' },
    done: { status: 'done', blob: undefined },
    failed: { status: 'failed', reason: 'lost' },
  };
  return { direction, with: { id, displayName: 'Ada' }, size, state: states[status] };
};
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test('a file that is too large is refused before anything is read', () => {
  expect(() => checkOffer([], 1, maxFileBytes)).not.toThrow();
  expect(() => checkOffer([], 1, maxFileBytes + 1)).toThrow(expect.objectContaining({ code: 'too_large' }));
});

test('only so many of one’s own are on their way', () => {
  const open = many(maxOwn - 1, known('send', 'offered'));
  expect(() => checkOffer(open, 1, 1)).not.toThrow();
  expect(() => checkOffer(open, 2, 1)).toThrow(expect.objectContaining({ code: 'limit_reached' }));
  expect(() => checkOffer(many(maxOwn, known('send', 'done')), 1, 1)).not.toThrow();
  expect(() => checkOffer([], 0, 1)).toThrow(expect.objectContaining({ code: 'nobody' }));
});

test('who offers too much is not shown any more, while others are', () => {
  const offers = many(maxOffersOfOne, known('receive', 'offered'));
  expect(mayOffer(offers, ada)).toBe(false);
  expect(mayOffer(offers, grace)).toBe(true);
  expect(mayOffer(offers.slice(1), ada)).toBe(true);
});

test('what is held and what comes in has its limits', () => {
  const busy = many(maxReceiving, known('receive', 'connecting'));
  expect(() => checkAccept(busy, 1)).toThrow(expect.objectContaining({ code: 'limit_reached' }));
  const held = many(4, known('receive', 'done', maxFileBytes));
  expect(() => checkAccept(held, 1)).toThrow(expect.objectContaining({ code: 'no_space' }));
  expect(() => checkAccept(held.slice(1), maxFileBytes)).not.toThrow();
});

test('what is over is forgotten once it is too much, the oldest first, but not what was received', () => {
  const received = known('receive', 'done');
  const oldest = known('receive', 'failed');
  const others = many(maxOver - 1, known('receive', 'failed'));
  const all = [received, oldest, known('send', 'offered'), ...others];
  expect(outdated(all)).toEqual([]);
  expect(outdated([...all, known('send', 'done')])).toHaveLength(1);
  expect(outdated([...all, known('send', 'done')])[0]).toBe(oldest);
});
