/** A size in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface GalleryLayout {
  columns: number;
  rows: number;
  tile: Size;
}

/** Space between tiles, in CSS pixels. */
export const tileGap = 8;

/** No tile gets narrower: what does not fit is scrolled to. */
const narrowest = 80;
const widest = 16 / 9;

/**
 * How to show `count` tiles as large as they can be in `width` × `height`. Tiles are 16:9 down to 4:3, and down to 3:5
 * where the space is upright, as on a phone.
 */
export function layout(count: number, width: number, height: number): GalleryLayout {
  const slimmest = width < height ? 3 / 5 : 4 / 3;
  let best: GalleryLayout = { columns: 1, rows: Math.max(1, count), tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = fit(
      (width - tileGap * (columns - 1)) / columns,
      (height - tileGap * (rows - 1)) / rows,
      slimmest,
    );
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, rows, tile };
  }
  return count === 0 || best.tile.width >= Math.min(narrowest, width) ? best : crowd(count, width);
}

/** The largest tile of an allowed shape in a cell. */
function fit(width: number, height: number, slimmest: number): Size {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const shape = Math.min(widest, Math.max(slimmest, width / height));
  return {
    width: Math.floor(Math.min(width, height * shape)),
    height: Math.floor(Math.min(height, width / shape)),
  };
}

function crowd(count: number, width: number): GalleryLayout {
  const columns = Math.max(1, Math.floor((width + tileGap) / (narrowest + tileGap)));
  const tileWidth = Math.max(0, Math.floor((width - tileGap * (columns - 1)) / columns));
  return {
    columns,
    rows: Math.ceil(count / columns),
    tile: { width: tileWidth, height: Math.floor((tileWidth * 3) / 4) },
  };
}

/** How to share the space between a shown screen and the people: beside each other, or one above the other. */
export function stageLayout({ width, height }: Size): {
  direction: 'row' | 'column';
  stage: Size;
  gallery: Size;
} {
  if (width > height) {
    const strip = Math.round(Math.min(300, width * 0.24));
    return {
      direction: 'row',
      stage: { width: Math.max(0, width - strip - tileGap), height },
      gallery: { width: strip, height },
    };
  }
  const stage = Math.round(Math.min((width * 9) / 16, height * 0.5));
  return {
    direction: 'column',
    stage: { width, height: stage },
    gallery: { width, height: Math.max(0, height - stage - tileGap) },
  };
}
