import { expect, test } from 'vitest';
import { chooseSending } from './encodings.ts';

const layers = (width: number, height: number) =>
  chooseSending('camera', { width, height }).encodings.map(({ scaleResolutionDownBy, maxBitrate }) => [
    scaleResolutionDownBy,
    maxBitrate,
  ]);

test.each([
  [
    1920,
    1080,
    [
      [4, 500_000],
      [2, 1_500_000],
      [1, 2_500_000],
    ],
  ],
  [
    1280,
    720,
    [
      [4, 150_000],
      [2, 500_000],
      [1, 1_500_000],
    ],
  ],
  [
    720,
    1280,
    [
      [4, 150_000],
      [2, 500_000],
      [1, 1_500_000],
    ],
  ],
  [
    640,
    360,
    [
      [2, 150_000],
      [1, 500_000],
    ],
  ],
  [
    640,
    480,
    [
      [2, 500_000],
      [1, 1_500_000],
    ],
  ],
  [320, 180, [[1, 150_000]]],
])('a camera of %i × %i', (width, height, expected) => {
  expect(layers(width, height)).toEqual(expected);
});

test('a camera of unknown size gets three layers', () => {
  expect(chooseSending('camera').encodings).toHaveLength(3);
});

test('a screen is one layer', () => {
  expect(chooseSending('screen', { width: 3840, height: 2160 }).encodings).toHaveLength(1);
});

test('speech is mono and silent when there is nothing to say', () => {
  expect(chooseSending('microphone').codecOptions).toEqual({
    opusStereo: false,
    opusDtx: true,
    opusFec: true,
  });
  expect(chooseSending('screen-audio').codecOptions.opusStereo).toBe(true);
});
