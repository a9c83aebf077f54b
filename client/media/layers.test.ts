import { expect, test } from 'vitest';
import { layerFor, layersOf } from './layers.ts';

test.each([
  ['a thumbnail', 160 * 90, 0],
  ['a little more than the smallest', 360 * 200, 0],
  ['a tile of four in a window', 640 * 360, 1],
  ['a tile of two on a small screen', 760 * 430, 1],
  ['all of a large screen', 1920 * 1080, 2],
  ['unknown', Number.POSITIVE_INFINITY, 2],
])('M9 %s takes the smallest of three layers that is good enough', (_, area, layer) => {
  expect(layerFor(area, 3)).toBe(layer);
});

test('M9 of two layers, or of one, there is no third', () => {
  expect([layerFor(1920 * 1080, 2), layerFor(1920 * 1080, 1), layerFor(100, 2)]).toEqual([1, 0, 0]);
});

test('layers are read from what is received', () => {
  expect(layersOf({ encodings: [{ ssrc: 1, scalabilityMode: 'L3T3' }] })).toBe(3);
  expect([layersOf({ encodings: [{ ssrc: 1 }] }), layersOf({})]).toEqual([1, 1]);
});
