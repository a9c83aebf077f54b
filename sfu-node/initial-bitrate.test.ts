import { expect, test } from 'vitest';
import { initialBitrate } from './initial-bitrate.ts';
import { defaultLimits } from './limits.ts';

test.each([
  ['nothing is known', undefined, 1_000_000],
  ['it was more', 4_000_000.4, 4_000_000],
  ['it was less', 300_000, 300_000],
  ['it was next to nothing', 0, 100_000],
  ['it was more than anybody needs', 1e12, 20_000_000],
])('where %s, one begins with what suits', (_, elsewhere, begins) => {
  expect(initialBitrate(elsewhere, defaultLimits)).toBe(begins);
});
