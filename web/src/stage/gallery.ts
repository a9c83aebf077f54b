import { fit, type Rect, type Size, tileGap } from './geometry.ts';

/** No tile gets smaller, where there is more than one: a face and a name can be made out. In CSS pixels. */
export const readable: Size = { width: 120, height: 68 };

const mostPerPage = 49;

interface Grid {
  columns: number;
  rows: number;
  tile: Size;
}

/** How many readable tiles there is room for at once: 1 to 49. */
export function capacityOf({ width, height }: Size): number {
  const across = Math.floor((width + tileGap) / (readable.width + tileGap));
  const down = Math.floor((height + tileGap) / (readable.height + tileGap));
  return Math.min(mostPerPage, Math.max(1, across) * Math.max(1, down));
}

/**
 * How to show `count` tiles as large as they can be. Tiles are 16:9 down to 4:3, and down to 3:5 where all is upright, as on a phone, which one
 * alone fills. As far as there is room they are readable.
 */
export function gridOf(count: number, { width, height }: Size, upright = width < height): Grid {
  const slimmest = upright ? (count === 1 ? 2 / 5 : 3 / 5) : 4 / 3;
  let best: Grid = { columns: 1, rows: Math.max(1, count), tile: { width: 0, height: 0 } };
  let worth = -1;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (width - tileGap * (columns - 1)) / columns,
      height: (height - tileGap * (rows - 1)) / rows,
    };
    const tile = fit(cell, slimmest);
    const isReadable = tile.width >= readable.width && tile.height >= readable.height;
    // Any that are readable come before all that are not.
    const value = tile.width * tile.height + (isReadable ? 1e9 : 0);
    if (value > worth) [best, worth] = [{ columns, rows, tile }, value];
  }
  return best;
}

/** Where `count` tiles of `grid` lie in `space`: row by row, in the middle. */
export function tilesOf(count: number, { columns, rows, tile }: Grid, space: Rect): Rect[] {
  const lengthOf = (many: number, one: number) => many * one + (many - 1) * tileGap;
  const top = space.y + Math.floor((space.height - lengthOf(rows, tile.height)) / 2);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const start = space.x + Math.floor((space.width - lengthOf(inRow, tile.width)) / 2);
    return {
      x: start + (index % columns) * (tile.width + tileGap),
      y: top + row * (tile.height + tileGap),
      ...tile,
    };
  });
}
