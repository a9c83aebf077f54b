import type { Ban, BanId } from '@parley/protocol';
import { useCallback, useEffect, useState } from 'react';
import { useCall, useSession } from '../call/sessionContext.ts';

/** Who is shut out, for those who may moderate: looked up when the list opens and whenever somebody goes. `lift` lets one of them join again. */
export function useBans(): { bans: readonly Ban[]; lift: (id: BanId) => void } {
  const { call, moderator } = useSession();
  const { self, participants, state } = useCall();
  const [bans, setBans] = useState<readonly Ban[]>([]);
  const moderates = self?.rights.moderate === true && state.status === 'joined';
  const people = participants.length;

  const look = useCallback(async () => setBans(await call.bans()), [call]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever is shut out is one fewer.
  useEffect(() => {
    if (!moderates) setBans([]);
    // What cannot be told now is asked for at the next change.
    else look().catch(() => undefined);
  }, [look, moderates, people]);

  const lift = (banId: BanId) =>
    void moderator.attempt(async () => {
      await call.moderate({ action: 'unban', banId });
      await look();
    });
  return { bans, lift };
}
