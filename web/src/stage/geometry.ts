/** A size in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Where something lies, in CSS pixels from the top and from where lines begin. */
export interface Rect extends Size {
  x: number;
  y: number;
}

/** Space between tiles, in CSS pixels. */
export const tileGap = 8;

const widest = 16 / 9;

/** The largest size of an allowed shape (width by height) within a cell. */
export function fit({ width, height }: Size, slimmest: number): Size {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const shape = Math.min(widest, Math.max(slimmest, width / height));
  return {
    width: Math.floor(Math.min(width, height * shape)),
    height: Math.floor(Math.min(height, width / shape)),
  };
}

/** `size` in the middle of `space`. */
export function centred({ width, height }: Size, space: Rect): Rect {
  return {
    x: space.x + Math.floor((space.width - width) / 2),
    y: space.y + Math.floor((space.height - height) / 2),
    width,
    height,
  };
}

/** The same place where lines begin at the right. */
export function mirrored<R extends Rect>(rect: R, width: number): R {
  return { ...rect, x: width - rect.x - rect.width };
}
