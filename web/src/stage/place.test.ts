import { describe, expect, it } from 'vitest';
import { readable } from './gallery.ts';
import { mirrored, type Rect, type Size } from './geometry.ts';
import { type Places, place, type Scene } from './place.ts';

const sizes: Size[] = [
  { width: 304, height: 360 },
  { width: 374, height: 680 },
  { width: 651, height: 255 },
  { width: 1000, height: 640 },
  { width: 1256, height: 690 },
  { width: 1896, height: 970 },
  { width: 3416, height: 1320 },
];
const counts = Array.from({ length: 49 }, (_, index) => index + 1);
const people = (count: number) => ({ count, kind: 'people' as const });
const screens = (count: number) => ({ count, kind: 'screens' as const });
const scene = (size: Size, tiles: number, change: Partial<Scene> = {}): Scene => ({
  size,
  large: people(0),
  tiles,
  corner: false,
  page: 0,
  ...change,
});

function overlap(one: Rect, other: Rect): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Nothing overlaps, nothing is out of bounds, nothing is too small. */
function expectSound(size: Size, { large, tiles, pager }: Places): void {
  const all = [...large, ...tiles, ...(pager ? [pager] : [])];
  for (const [index, one] of all.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width).toBeLessThanOrEqual(size.width);
    expect(one.y + one.height).toBeLessThanOrEqual(size.height);
    expect(all.slice(index + 1).some(other => overlap(one, other))).toBe(false);
  }
  for (const tile of tiles) {
    expect(tile.width).toBeGreaterThanOrEqual(readable.width);
    expect(tile.height).toBeGreaterThanOrEqual(readable.height);
  }
}

describe.each(sizes)('a stage of $width × $height', size => {
  it('has sound galleries of 1 to 49 on every page', () => {
    for (const count of counts) {
      const { pages } = place(scene(size, count));
      let seen = 0;
      for (let page = 0; page < pages; page++) {
        const places = place(scene(size, count, { page }));
        expectSound(size, places);
        expect(places.first).toBe(seen);
        seen += places.tiles.length;
      }
      expect(seen).toBe(count);
    }
  });

  it('has sound strips beside one that is large, and beside screens', () => {
    for (const large of [people(1), screens(1), screens(2), screens(4)]) {
      for (const count of counts) {
        const places = place(scene(size, count, { large, page: 1 }));
        expect(places.large).toHaveLength(large.count);
        expectSound(size, places);
      }
    }
  });

  it('gives one alone, or large without others, the most', () => {
    const [alone] = place(scene(size, 1)).tiles;
    const [large] = place(scene(size, 0, { large: people(1) })).large;
    const least = size.width * size.height * 0.55;
    for (const one of [alone, large]) expect((one?.width ?? 0) * (one?.height ?? 0)).toBeGreaterThan(least);
    expect(place(scene(size, 0, { large: screens(1) })).large).toEqual([{ x: 0, y: 0, ...size }]);
  });

  it('keeps a corner small and inside', () => {
    const { corner } = place(scene(size, 1, { corner: true }));
    if (!corner) throw new Error('It is missing.');
    expect(corner.x + corner.width).toBeLessThanOrEqual(size.width);
    expect(corner.y + corner.height).toBeLessThanOrEqual(size.height);
    expect(corner.width * corner.height).toBeLessThan(size.width * size.height * 0.13);
  });
});

describe('place', () => {
  const desk = { width: 1256, height: 690 };

  it('has room for 49 on a desk, on one page', () => expect(place(scene(desk, 49)).pages).toBe(1));

  it('has pages on a phone', () => {
    const { pages, perPage } = place(scene({ width: 374, height: 600 }, 24));
    expect(pages).toBeGreaterThan(1);
    expect(perPage).toBeGreaterThanOrEqual(6);
  });

  it('takes a page beyond the last for the last', () => {
    const phone = { width: 304, height: 360 };
    const { page, pages } = place(scene(phone, 40, { page: 99 }));
    expect(page).toBe(pages - 1);
  });

  it('gives a space without size no tiles to show', () => {
    expect(place(scene({ width: 0, height: 0 }, 3)).tiles.every(({ width }) => width === 0)).toBe(true);
  });

  it('puts the strip beside on a desk and below on a phone', () => {
    const beside = place(scene(desk, 3, { large: screens(1) }));
    expect(beside.tiles[0]?.x).toBeGreaterThanOrEqual(beside.large[0]?.width ?? 0);
    const below = place(scene({ width: 374, height: 680 }, 3, { large: screens(1) }));
    expect(below.tiles[0]?.y).toBeGreaterThanOrEqual(below.large[0]?.height ?? 0);
  });

  it('can be mirrored', () => {
    expect(mirrored({ x: 10, y: 5, width: 100, height: 50 }, 300)).toEqual({
      x: 190,
      y: 5,
      width: 100,
      height: 50,
    });
  });
});
