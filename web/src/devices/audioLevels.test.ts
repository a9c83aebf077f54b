import { describe, expect, it } from 'vitest';
import { levelOf } from './audioLevels.ts';

describe('levelOf', () => {
  it('is 0 in silence', () => expect(levelOf(new Float32Array(8))).toBe(0));
  it('is 1 at full scale', () => expect(levelOf([1, -1, 1, -1])).toBe(1));
  it('is half way at -30 dBFS', () => expect(levelOf(Array(8).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5));
  it('is 0 without samples', () => expect(levelOf([])).toBe(0));
});
