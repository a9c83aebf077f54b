import { useEffect, useState } from 'react';
import { useCall, useSession } from '../call/sessionContext.ts';
import { audioOnly } from '../stage/audioOnly.ts';
import { useStore } from '../state/useStore.ts';
import { type ConnectionTrouble, connectionTrouble, type ReductionWord, reductionWord } from './banners.ts';
import { network, watchNetwork } from './network.ts';
import { relayNoted } from './RelayAlert.tsx';
import { useJustEnded } from './useJustEnded.ts';
import { useQuality } from './useQuality.ts';

/** What there is to say about the connection. */
export interface ConnectionNews {
  trouble: ConnectionTrouble | undefined;
  /** There was trouble until a moment ago. */
  recovered: boolean;
  reduction: ReductionWord | undefined;
  /** Puts the word of it away, until there is another. */
  hideReduction: () => void;
  /** All that was left out came back a moment ago, by itself. */
  better: boolean;
  relayed: boolean;
  /** The relay was asked for. */
  relayChosen: boolean;
}

export function useConnectionNews(): ConnectionNews {
  const { state } = useCall();
  const { relay: relayChosen } = useSession();
  const { reduced, relayed } = useQuality();
  const noted = useStore(relayNoted);
  const onlySound = useStore(audioOnly);
  useEffect(watchNetwork, []);
  const trouble = connectionTrouble(state, useStore(network));
  const recovered = useJustEnded(trouble !== undefined) && state.status === 'joined';

  const word = onlySound ? undefined : reductionWord(reduced);
  const [hidden, setHidden] = useState<ReductionWord>();
  if (hidden !== undefined && word === undefined) setHidden(undefined);
  const better = useJustEnded(word !== undefined) && reduced.allowed && !onlySound;
  return {
    trouble,
    recovered,
    reduction: word === hidden ? undefined : word,
    hideReduction: () => setHidden(word),
    better,
    relayed: relayed && !noted,
    relayChosen,
  };
}
