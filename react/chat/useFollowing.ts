import { type RefObject, useLayoutEffect, useRef } from 'react';

/** How far from its end, in px, a list still goes along with what comes. */
const nearEnd = 60;

interface Following {
  /** For the element that scrolls. */
  onScroll: (event: { currentTarget: Element }) => void;
  /** Stays where the person reads, whatever comes. */
  stay: () => void;
}

/**
 * A list that grows at both ends: who is at its end sees what is new, who reads further up stays there.
 *
 * @param first what the list begins with, to tell what is put before it from what comes after
 * @param changed changes whenever the list does
 */
export function useFollowing(
  box: RefObject<Element | null>,
  first: string | undefined,
  changed: unknown,
): Following {
  const view = useRef({ atEnd: true, height: 0, first });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changed` says when to look
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const before = view.current;
    if (before.atEnd) current.scrollTop = current.scrollHeight;
    else if (first !== before.first) current.scrollTop += current.scrollHeight - before.height;
    view.current = { ...before, height: current.scrollHeight, first };
  }, [box, first, changed]);
  return {
    onScroll: ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
      view.current.atEnd = scrollHeight - clientHeight - scrollTop < nearEnd;
    },
    stay: () => {
      view.current.atEnd = false;
    },
  };
}
