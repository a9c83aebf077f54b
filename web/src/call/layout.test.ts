import { describe, expect, it } from 'vitest';
import { layout, stageLayout, tileGap } from './layout.ts';

const desk = { width: 1256, height: 696 };
const phone = { width: 374, height: 700 };
const counts = Array.from({ length: 16 }, (_, index) => index + 1);

describe('layout', () => {
  it.each(
    [desk, phone, { width: 344, height: 520 }, { width: 800, height: 320 }].flatMap(({ width, height }) =>
      counts.map(count => [count, width, height] as const),
    ),
  )('fits %i tiles into %i × %i without scrolling', (count, width, height) => {
    const { columns, rows, tile } = layout(count, width, height);
    expect(columns * rows).toBeGreaterThanOrEqual(count);
    expect((columns - 1) * rows).toBeLessThan(count);
    expect(columns * tile.width + (columns - 1) * tileGap).toBeLessThanOrEqual(width);
    expect(rows * tile.height + (rows - 1) * tileGap).toBeLessThanOrEqual(height);
  });

  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [9, 3],
    [16, 4],
  ])('shows %i people in %i columns on a desk', (count, columns) =>
    expect(layout(count, desk.width, desk.height).columns).toBe(columns),
  );

  it.each([
    [1, 1],
    [2, 1],
    [4, 2],
  ])('shows %i people in %i columns on a phone', (count, columns) =>
    expect(layout(count, phone.width, phone.height).columns).toBe(columns),
  );

  it('keeps a crowd recognisable and lets it scroll', () => {
    const { tile, columns } = layout(200, phone.width, phone.height);
    expect(columns).toBe(4);
    expect(tile.width).toBeGreaterThanOrEqual(80);
  });

  it('gives a space without size no tiles to show', () => {
    expect(layout(3, 0, 0).tile).toEqual({ width: 0, height: 0 });
    expect(layout(0, 100, 100).tile).toEqual({ width: 0, height: 0 });
  });
});

describe('stageLayout', () => {
  it('puts people beside the screen on a desk', () => {
    const { direction, stage, gallery } = stageLayout(desk);
    expect(direction).toBe('row');
    expect(stage.width + tileGap + gallery.width).toBe(desk.width);
  });

  it('puts people below the screen on a phone', () => {
    const { direction, stage, gallery } = stageLayout(phone);
    expect(direction).toBe('column');
    expect(stage.height + tileGap + gallery.height).toBe(phone.height);
  });
});
