import type { PoolView, Sfu } from '../pool/view.ts';
import type { RoomRelay } from './relays.ts';

/** What is missing to a room that can be joined. */
export interface Degradation {
  reason: 'RelayNotReady' | 'RelaysDown' | 'MovingSoon';
  message: string;
}

export interface DegradationFacts {
  sfu: Sfu;
  view: Pick<PoolView, 'name' | 'relays' | 'turnUrls'>;
  /** The room's own relay, if it wants one. */
  relay: RoomRelay | undefined;
}

/** The worst that is missing, or undefined if nothing is. */
export function degradation({ sfu, view, relay }: DegradationFacts): Degradation | undefined {
  const who = sfu.relayOnly
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
  if (sfu.leaving) {
    const message = `SFU ${sfu.pod} is going (${sfu.leaving}). The room moves as soon as it is its turn and another SFU has space; if none has until the pod ends, with a short break.`;
    return { reason: 'MovingSoon', message };
  }
  return undefined;
}
