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

test.each([
  [1920, 1080, 'L3T3_KEY', 4_500_000],
  [1280, 720, 'L3T3_KEY', 2_150_000],
  [640, 360, 'L2T3_KEY', 650_000],
  [320, 180, 'L1T3', 150_000],
])(
  'a camera of %i × %i in scalable video is one stream of the same layers',
  (width, height, mode, bitrate) => {
    const { encodings } = chooseSending('camera', { width, height, layering: 'scalable' });
    const encoding = { scalabilityMode: mode, maxBitrate: bitrate, scaleResolutionDownBy: 1 };
    expect(encodings).toEqual([encoding]);
  },
);

test('a camera in a codec without layers is one picture in its full size', () => {
  const { encodings } = chooseSending('camera', { width: 1280, height: 720, layering: 'none' });
  expect(encodings).toEqual([{ scalabilityMode: 'L1T3', maxBitrate: 1_500_000, scaleResolutionDownBy: 1 }]);
});

test('a screen is one layer', () => {
  expect(chooseSending('screen', { width: 3840, height: 2160 }).encodings).toHaveLength(1);
});

test.each([
  ['speech is mono and silent when there is nothing to say', 'microphone', {}, [false, true, true]],
  ['music keeps its quiet parts', 'microphone', { music: true }, [true, false, true]],
  ['so does what a screen plays', 'screen-audio', {}, [true, false, true]],
  ['the page may want it otherwise', 'microphone', { dtx: false, fec: false }, [false, false, false]],
  ['also of a screen', 'screen-audio', { dtx: true }, [true, true, true]],
] as const)('%s', (_, source, known, [opusStereo, opusDtx, opusFec]) => {
  const { codecOptions } = chooseSending(source, known);
  expect(codecOptions).toEqual({ opusStereo, opusDtx, opusFec, opusNack: true });
});

test.each([
  [undefined, 800],
  [1_900_400, 1_900],
  [20_000, 150],
  [50_000_000, 4_000],
])('a camera begins with what is known of the network: %s', (bandwidth, videoGoogleStartBitrate) => {
  expect(chooseSending('camera', { bandwidth }).codecOptions).toEqual({ videoGoogleStartBitrate });
});
