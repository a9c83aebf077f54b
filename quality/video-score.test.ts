import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PictureCourse, videoScore } from './video-score.ts';

const good: PictureCourse = {
  framesPerSecond: 30,
  frozen: 0,
  freezesPerMinute: 0,
  pixels: 1280 * 720,
  shownPixels: 1280 * 720,
  loss: 0,
};

test('a picture that flows, as large as it is shown, has the best score', () => {
  expect(videoScore(good)).toBe(5);
  expect(videoScore({ ...good, framesPerSecond: 24, pixels: 640 * 360, shownPixels: 640 * 360 })).toBe(5);
});

test.each<[string, Partial<PictureCourse>, number, number]>([
  ['half the frames are seen, and are not bad', { framesPerSecond: 12 }, 4.2, 4.6],
  ['five frames a second are bad', { framesPerSecond: 5 }, 2, 3],
  ['standing still for a twentieth of the time is hardly fair', { frozen: 0.05 }, 3, 3.6],
  ['standing still for half of the time is as bad as can be', { frozen: 0.5 }, 1, 1.1],
  ['a freeze in each ten seconds is seen', { freezesPerMinute: 6 }, 3.5, 4.2],
  ['a quarter of the pixels in each direction is blurred', { pixels: 320 * 180 }, 1, 2],
  ['loss that was repaired is hardly seen', { loss: 0.01 }, 4.8, 5],
  ['no frame at all', { framesPerSecond: 0, pixels: 0 }, 1, 1],
])('%s', (_, change, least, most) => {
  const score = videoScore({ ...good, ...change });
  expect(score).toBeGreaterThanOrEqual(least);
  expect(score).toBeLessThanOrEqual(most);
});

test('a screen may stand still, but not be blurred', () => {
  const screen = { ...good, still: true, framesPerSecond: 0, frozen: 1, freezesPerMinute: 30 };
  expect(videoScore(screen)).toBe(5);
  expect(videoScore({ ...screen, pixels: 320 * 180 })).toBeLessThan(2);
});

const course = fc.record({
  framesPerSecond: fc.double({ min: 0, max: 500, noNaN: true }),
  frozen: fc.double({ min: 0, max: 1, noNaN: true }),
  freezesPerMinute: fc.double({ min: 0, max: 1000, noNaN: true }),
  pixels: fc.double({ min: 0, max: 16_384 ** 2, noNaN: true }),
  shownPixels: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
  loss: fc.double({ min: 0, max: 1, noNaN: true }),
  still: fc.boolean(),
});

test('it is from 1 to 5, and falls or stays when anything gets worse', () => {
  fc.assert(
    fc.property(course, fc.double({ min: 0, max: 1, noNaN: true }), (one, by) => {
      const score = videoScore(one);
      expect(score).toBeGreaterThanOrEqual(1);
      expect(score).toBeLessThanOrEqual(5);
      const worse: PictureCourse[] = [
        { ...one, framesPerSecond: one.framesPerSecond * by },
        { ...one, pixels: one.pixels * by },
        { ...one, frozen: one.frozen + by },
        { ...one, freezesPerMinute: one.freezesPerMinute + by * 10 },
        { ...one, loss: one.loss + by },
        { ...one, shownPixels: (one.shownPixels ?? 0) * (1 + by) },
      ];
      for (const each of worse) expect(videoScore(each)).toBeLessThanOrEqual(score + 1e-9);
    }),
  );
});
