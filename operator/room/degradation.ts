import type { PoolView, Sfu } from '../pool/view.ts';
import type { RoomRelay } from './relays.ts';

export const degradationReasons = ['RelayNotReady', 'RelaysDown', 'MovingSoon', 'Crowded'] as const;

/** What is missing to a room that can be joined. */
export interface Degradation {
  reason: (typeof degradationReasons)[number];
  message: string;
}

export interface DegradationFacts {
  /** At least one. */
  sfus: readonly Sfu[];
  /** Whether the room should be on one more SFU, and none can take it. */
  lacks: boolean;
  view: Pick<PoolView, 'name' | 'relays' | 'turnUrls' | 'mayGrow'>;
  /** The room's own relay, if it wants one. */
  relay: RoomRelay | undefined;
}

/** The worst that is missing, or undefined if nothing is. */
export function degradation({ sfus, lacks, view, relay }: DegradationFacts): Degradation | undefined {
  const who = sfus.some(({ relayOnly }) => relayOnly)
    ? 'nobody can send or receive until then'
    : 'people whose network asks for one cannot send or receive';
  if (relay?.problem !== undefined) {
    return {
      reason: 'RelayNotReady',
      message: `The room's own relay is not ready; ${who}. ${relay.problem}`,
    };
  }
  if (!relay && view.relays > 0 && view.turnUrls.length === 0) {
    return { reason: 'RelaysDown', message: `No relay of MediaPool "${view.name}" is ready; ${who}.` };
  }
  const going = sfus.find(({ leaving }) => leaving !== undefined);
  if (going) {
    const message = `SFU ${going.pod} is going (${going.leaving}). The room moves as soon as it is its turn and another SFU has space; if none has until the pod ends, with a short break.`;
    return { reason: 'MovingSoon', message };
  }
  // A pod that is on its way is worth no word.
  if (lacks && !view.mayGrow) {
    const message = `The room fills its SFUs (${sfus.map(({ pod }) => pod).join(', ')}), and MediaPool "${view.name}" has no other with space. Raise its maximum, or end other rooms.`;
    return { reason: 'Crowded', message };
  }
  return undefined;
}
