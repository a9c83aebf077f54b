import { type PointerEvent, useRef } from 'react';

/** How far a finger moves along a line of text to turn a page, in CSS pixels. */
const far = 50;

/** Where a swipe leads: 1 to what comes next, -1 to what was before; 0: it is none. */
export function swipeOf(dx: number, dy: number, direction: 'ltr' | 'rtl'): -1 | 0 | 1 {
  if (Math.abs(dx) < far || Math.abs(dx) < 2 * Math.abs(dy)) return 0;
  return dx < 0 === (direction === 'ltr') ? 1 : -1;
}

/** Turns pages by a finger. Answers what listens on the element that is swiped over. */
export function useSwipe(direction: 'ltr' | 'rtl', turn: (by: -1 | 1) => void) {
  const start = useRef<{ x: number; y: number }>(undefined);
  return {
    onPointerDown: ({ pointerType, isPrimary, clientX, clientY }: PointerEvent) => {
      start.current = pointerType === 'touch' && isPrimary ? { x: clientX, y: clientY } : undefined;
    },
    onPointerUp: ({ clientX, clientY }: PointerEvent) => {
      const from = start.current;
      start.current = undefined;
      const by = from ? swipeOf(clientX - from.x, clientY - from.y, direction) : 0;
      if (by !== 0) turn(by);
    },
    onPointerCancel: () => {
      start.current = undefined;
    },
  };
}
