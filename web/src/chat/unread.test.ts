import { expect, test } from 'vitest';
import { latestSeq, unreadOf } from './unread.ts';

const written = (seq: number | undefined, mine = false) => ({ seq, mine });

test('what others wrote since is unread; what oneself wrote, or has not sent yet, is not', () => {
  const messages = [written(3), written(4), written(5, true), written(6), written(undefined, true)];
  expect(unreadOf(messages, 3)).toEqual([written(4), written(6)]);
  expect(unreadOf(messages, 6)).toEqual([]);
  expect(latestSeq(messages)).toBe(6);
  expect(latestSeq([])).toBe(0);
  expect(latestSeq([written(undefined, true)])).toBe(0);
});
