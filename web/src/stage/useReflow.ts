import { type CSSProperties, type RefObject, useLayoutEffect, useRef } from 'react';
import type { Rect } from './geometry.ts';

/** How long things take to their places, in ms. */
const duration = 200;

/**
 * Has an element move from where it lay to `rect` instead of jumping there. It has its new size at once and is only drawn in between, so that nothing is
 * laid out while it moves. Answers the style that puts it there.
 */
export function useReflow(element: RefObject<HTMLElement | null>, rect: Rect | undefined): CSSProperties {
  const before = useRef<Rect>(undefined);
  const { x, y, width, height } = rect ?? { x: 0, y: 0, width: 0, height: 0 };
  const shown = rect !== undefined && width > 0 && height > 0;
  useLayoutEffect(() => {
    const from = before.current;
    before.current = shown ? { x, y, width, height } : undefined;
    if (!shown || !element.current || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const rest = `translate(${x}px, ${y}px)`;
    const animation = from
      ? element.current.animate(
          {
            transform: [
              `translate(${from.x}px, ${from.y}px) scale(${from.width / width}, ${from.height / height})`,
              rest,
            ],
          },
          { duration, easing: 'cubic-bezier(0.2, 0, 0, 1)' },
        )
      : element.current.animate({ opacity: [0, 1] }, { duration, easing: 'ease-out' });
    return () => animation.cancel();
  }, [element, shown, x, y, width, height]);
  return shown
    ? {
        position: 'absolute',
        top: 0,
        left: 0,
        transformOrigin: '0 0',
        width,
        height,
        transform: `translate(${x}px, ${y}px)`,
      }
    : { display: 'none' };
}
