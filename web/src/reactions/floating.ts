import type { ParticipantId, ReactionName } from '@parley/protocol';

/** A reaction that is to be seen, and where in the overlay, in px from its upper left corner. */
export interface Came {
  key: string;
  from: ParticipantId;
  name: string;
  reaction: ReactionName;
  x: number;
  y: number;
}

type Rect = Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>;

/** Where a reaction begins to float: in the lower part of the person's picture, else at the foot of the stage. `spread` is 0 to 1. */
export function startOf(overlay: Rect, tile: Rect | undefined, spread: number): { x: number; y: number } {
  const isSeen = tile && tile.width > 0 && tile.height > 0;
  if (!isSeen) return { x: overlay.width * (0.2 + 0.6 * spread), y: overlay.height - 80 };
  const x = tile.left - overlay.left + tile.width * (0.3 + 0.4 * spread);
  const y = tile.top - overlay.top + tile.height * 0.7;
  return { x: clamp(x, 40, overlay.width - 40), y: clamp(y, 60, overlay.height - 60) };
}

/** As `startOf`, of the elements as they are now. */
export function placeOf(from: ParticipantId, overlay: HTMLElement | null): { x: number; y: number } {
  if (!overlay) return { x: 0, y: 0 };
  const tile = document.querySelector(`[data-testid=tile][data-participant="${CSS.escape(from)}"]`);
  return startOf(overlay.getBoundingClientRect(), tile?.getBoundingClientRect(), Math.random());
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
