import { expect, test } from 'vitest';
import { startOf } from './floating.ts';

const overlay = { left: 100, top: 50, width: 800, height: 600 };

test('a reaction begins in the picture of who reacts', () => {
  expect(startOf(overlay, { left: 300, top: 150, width: 200, height: 100 }, 0.5)).toEqual({ x: 300, y: 170 });
});

test('who is on another page reacts from the foot of the stage', () => {
  for (const tile of [undefined, { left: 0, top: 0, width: 0, height: 0 }]) {
    expect(startOf(overlay, tile, 0)).toEqual({ x: 160, y: 520 });
    expect(startOf(overlay, tile, 1)).toEqual({ x: 640, y: 520 });
  }
});

test('no reaction begins outside of the stage', () => {
  const { x, y } = startOf(overlay, { left: -500, top: 2_000, width: 100, height: 100 }, 1);
  expect(x).toBe(40);
  expect(y).toBe(540);
});
