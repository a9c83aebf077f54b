import type { Picture } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { useView } from '@parley/react';
import { type RefObject, useEffect } from 'react';
import { useSession } from '../call/sessionContext.ts';

/** The element shows somebody's picture, or would if `shown`. What is not shown is said to be hidden, as it may never have been shown. */
export function usePicture(
  element: RefObject<Element | null>,
  participantId: ParticipantId | undefined,
  source: Picture['source'],
  shown: boolean,
): void {
  const { call } = useSession();
  useView(element, shown ? participantId : undefined, source);
  useEffect(() => {
    if (participantId && !shown) call.view({ participantId, source }, 'hidden');
  }, [call, participantId, source, shown]);
}
