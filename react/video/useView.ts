import type { Picture } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { type RefObject, useLayoutEffect } from 'react';
import { useProvided } from '../CallProvider.tsx';

/** The element shows this picture of somebody, if it is somebody else's. */
export function useView(
  element: RefObject<Element | null>,
  participantId: ParticipantId | undefined,
  source: Picture['source'],
): void {
  const { viewer } = useProvided();
  useLayoutEffect(() => {
    if (!element.current || participantId === undefined) return;
    return viewer.watch(element.current, { participantId, source });
  }, [viewer, element, participantId, source]);
}
