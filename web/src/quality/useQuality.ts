import type { QualityOf, QualitySnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { useSyncExternalStore } from 'react';
import { useSession } from '../call/sessionContext.ts';

/** How good the call is; renders anew when that changes. */
export function useQuality(): QualitySnapshot {
  const { quality } = useSession().call;
  return useSyncExternalStore(quality.subscribe, quality.snapshot);
}

/** How good the call is for one of the others; undefined while it is good. Renders anew for nobody else's sake. */
export function useQualityOf(id: ParticipantId): QualityOf | undefined {
  const { quality } = useSession().call;
  return useSyncExternalStore(quality.subscribe, () => quality.snapshot().participants.get(id));
}

/** How good one's own network is. */
export function useOwnQuality(): QualityOf {
  const { quality } = useSession().call;
  return useSyncExternalStore(quality.subscribe, () => quality.snapshot().own);
}
