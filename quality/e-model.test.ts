import { expect, test } from 'vitest';
import { delayImpairment, lossImpairment, opus, ratingOf, scoreOf } from './e-model.ts';

const clean = { ie: 0, bpl: 25.1 };

test('the default values of G.107 give R = 93.2, and a mean opinion score of 4.41', () => {
  const rating = ratingOf({ delayMs: 0, loss: 0 }, clean);
  expect(rating).toBeCloseTo(93.2, 1);
  expect(scoreOf(rating)).toBeCloseTo(4.41, 2);
});

test.each([
  [100, 4.5],
  [90, 4.34],
  [80, 4.03],
  [70, 3.6],
  [60, 3.1],
  [50, 2.58],
  [0, 1],
])('R = %d is a score of %d (G.107, table B.1)', (rating, score) => {
  expect(Math.abs(scoreOf(rating) - score)).toBeLessThan(0.011);
});

// G.729A + VAD: Ie = 11, Bpl = 19.0, and by packet loss in per cent (ITU-T G.113, appendix I, and its table of values by loss).
test.each([
  [0, 11],
  [0.5, 13],
  [1, 15],
  [1.5, 17],
  [2, 19],
  [3, 23],
  [4, 26],
  [8, 36],
  [16, 49],
])('G.729A with %d %% of random loss is impaired by %d', (percent, published) => {
  expect(Math.abs(lossImpairment(percent / 100, 1, { ie: 11, bpl: 19 }) - published)).toBeLessThan(0.6);
});

// Cole and Rosenbluth, "Voice over IP Performance Monitoring" (2001), fitted straight lines to the E-model's curve.
test.each([50, 100, 150, 200, 250, 300, 350, 400])('a delay of %d ms costs what others found', ms => {
  const fitted = 0.024 * ms + (ms > 177.3 ? 0.11 * (ms - 177.3) : 0);
  expect(Math.abs(delayImpairment(ms) - delayImpairment(0) - fitted)).toBeLessThan(3.5);
});

test('a delay alone begins to cost at 100 ms', () => {
  const steps = [0, 100, 101, 150, 200, 300, 400].map(delayImpairment);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

test('more loss, longer bursts and more delay never make it better', () => {
  for (let loss = 0; loss <= 1; loss += 0.02) {
    for (const burstRatio of [1, 1.5, 2, 8]) {
      for (const delayMs of [0, 20, 90, 120, 200, 400, 1000, 60_000]) {
        const at = (more: Partial<{ loss: number; burstRatio: number; delayMs: number }>) =>
          scoreOf(ratingOf({ loss, burstRatio, delayMs, ...more }, opus));
        const here = at({});
        expect(here).toBeGreaterThanOrEqual(1);
        expect(here).toBeLessThanOrEqual(4.5);
        expect(at({ loss: loss + 0.01 })).toBeLessThanOrEqual(here + 1e-9);
        expect(at({ burstRatio: burstRatio + 0.5 })).toBeLessThanOrEqual(here + 1e-9);
        expect(at({ delayMs: delayMs + 10 })).toBeLessThanOrEqual(here + 1e-9);
      }
    }
  }
});
