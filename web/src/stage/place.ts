import { capacityOf, gridOf, tilesOf } from './gallery.ts';
import { centred, fit, type Rect, type Size, tileGap } from './geometry.ts';

/** What is to be shown, by numbers alone. */
export interface Scene {
  size: Size;
  /** How many things are large, and what they are: people fill their frame, screens are seen whole. */
  large: { count: number; kind: 'people' | 'screens' };
  tiles: number;
  /** Whether one more lies in a corner, over the others. */
  corner: boolean;
  /** From 0; beyond the last it counts as that. */
  page: number;
}

/** Where everything lies. Of `tiles` only those of the page, the first of which is number `first`. */
export interface Places {
  large: Rect[];
  tiles: Rect[];
  corner: Rect | undefined;
  first: number;
  page: number;
  pages: number;
  perPage: number;
  /** Where to go from page to page, if there are several. */
  pager: Rect | undefined;
}

/** The height of what leads from page to page, in CSS pixels. */
const pagerHeight = 40;
const cornerMargin = 12;

/** Where to put everything: what is large and the others beside or below it, or all alike. */
export function place({ size, large, tiles, corner, page }: Scene): Places {
  const whole = { x: 0, y: 0, ...size };
  const { main, rest } = tiles === 0 ? { main: whole, rest: whole } : share(whole, large);
  const strip = large.count === 0 ? whole : rest;
  const paged = pageOf(strip, tiles, page, size.width < size.height);
  const largest = large.count === 0 ? [] : largeIn(main, large);
  return {
    large: largest,
    ...paged,
    corner: corner ? cornerOf(size, largest[0] ?? paged.tiles[0] ?? whole) : undefined,
  };
}

function pageOf(space: Rect, tiles: number, wanted: number, upright: boolean) {
  const single = capacityOf(space) >= tiles;
  const room = single ? space : { ...space, height: Math.max(0, space.height - pagerHeight - tileGap) };
  const perPage = single ? Math.max(1, tiles) : capacityOf(room);
  const pages = Math.max(1, Math.ceil(tiles / perPage));
  const page = Math.max(0, Math.min(wanted, pages - 1));
  const first = page * perPage;
  return {
    // All pages have tiles of the same size, so that turning them moves nothing else.
    tiles: tilesOf(Math.min(perPage, tiles - first), gridOf(perPage, room, upright), room),
    first,
    page,
    pages,
    perPage,
    pager: single ? undefined : { ...space, y: space.y + room.height + tileGap, height: pagerHeight },
  };
}

/** Beside each other, or one above the other where the space is upright. */
function share(space: Rect, large: Scene['large']): { main: Rect; rest: Rect } {
  const { x, y, width, height } = space;
  if (large.count === 0) return { main: space, rest: space };
  if (width > height) {
    const strip = Math.round(Math.min(300, Math.max(120, width * 0.24)));
    const main = Math.max(0, width - strip - tileGap);
    return {
      main: { x, y, width: main, height },
      rest: { x: x + main + tileGap, y, width: strip, height },
    };
  }
  const wanted = large.kind === 'screens' ? (large.count * width * 9) / 16 : width;
  const main = Math.round(Math.min(wanted, height * 0.58));
  return {
    main: { x, y, width, height: main },
    rest: { x, y: y + main + tileGap, width, height: Math.max(0, height - main - tileGap) },
  };
}

function largeIn(space: Rect, { count, kind }: Scene['large']): Rect[] {
  if (count === 1) return [kind === 'screens' ? space : centred(fit(space, 2 / 5), space)];
  return tilesOf(count, gridOf(count, space), space);
}

/** Upright where the space is, and never so large that it hides much. It lies on what is largest. */
function cornerOf({ width, height }: Size, under: Rect): Rect {
  const own =
    width < height
      ? fit({ width: width * 0.3, height: Math.min(176, height * 0.4) }, 3 / 4)
      : fit({ width: Math.min(256, width * 0.22), height: Math.min(144, height * 0.4) }, 4 / 3);
  return {
    x: Math.max(0, under.x + under.width - own.width - cornerMargin),
    y: Math.max(0, under.y + under.height - own.height - cornerMargin),
    ...own,
  };
}
