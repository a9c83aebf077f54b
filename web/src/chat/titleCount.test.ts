import { expect, test } from 'vitest';
import { withCount } from './titleCount.ts';

test('the title says how much is unread, once', () => {
  expect(withCount('daily · Parley', 3)).toBe('(3) daily · Parley');
  expect(withCount('(3) daily · Parley', 12)).toBe('(12) daily · Parley');
  expect(withCount('(12) daily · Parley', 0)).toBe('daily · Parley');
});
