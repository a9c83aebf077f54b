import { type Placement, type RoomKey, RoomUid, type SfuPlace } from '@parley/protocol';
import { capacityOf, type Room, type RoomSpec } from '@parley/resources';
import type { Sfu } from '../pool/view.ts';
import type { Degradation } from './degradation.ts';
import type { ClosedReason } from './gate.ts';
import type { WaitingReason } from './place.ts';

/** What was decided about a room. */
export type Decision =
  | { state: 'rejected'; reason: string; message: string }
  /** It opens soon if it is `warm`, and has its place, or waits for one. */
  | {
      state: 'closed';
      reason: ClosedReason;
      warm: boolean;
      opensAt: string | undefined;
      message: string;
      sfu: Sfu | undefined;
    }
  | { state: 'waiting'; reason: WaitingReason | 'WaitingForRelay'; message: string }
  | {
      state: 'placed';
      spec: RoomSpec;
      /** The main one. */
      sfu: Sfu;
      /** Those that carry the room besides. */
      further: readonly Sfu[];
      /** Whether it should be on one more, and none can take it. */
      lacks: boolean;
      turnUrls: string[];
      degradation: Degradation | undefined;
    };

/** What people hear who want into a room that is closed. */
const closedMessages = {
  NotOpenYet: 'The meeting is not open yet.',
  Closed: 'The meeting is over.',
  Suspended: 'The meeting is closed for now.',
} as const satisfies Record<ClosedReason, string>;

/** All SFUs that a room is on, the main one first. */
export function sfusOf(decision: Decision): readonly Sfu[] {
  if (decision.state === 'placed') return [decision.sfu, ...decision.further];
  return decision.state === 'closed' && decision.sfu ? [decision.sfu] : [];
}

const placeOf = ({ pod, instance, controlUrl }: Sfu): SfuPlace => ({ pod, instance, controlUrl });

/** The decision as signaling reads it. */
export function toPlacement(room: Room, key: RoomKey, decision: Decision): Placement {
  const uid = RoomUid.parse(room.metadata.uid);
  switch (decision.state) {
    case 'rejected':
    case 'waiting': {
      const { state, reason, message } = decision;
      return { state, key, uid, reason, message };
    }
    case 'closed': {
      const { state, reason, opensAt } = decision;
      return { state, key, uid, reason, message: closedMessages[reason], ...(opensAt && { opensAt }) };
    }
    case 'placed': {
      const { spec, sfu, further, turnUrls } = decision;
      const { audio, video, screen, loudest } = spec.media;
      const relayOnly = sfusOf(decision).some(sfu => sfu.relayOnly);
      return {
        state: 'ready',
        key,
        uid,
        displayName: spec.displayName || room.metadata.name,
        maxParticipants: capacityOf(spec),
        access: spec.access,
        lobby: spec.lobby,
        media: { audio, video, screen },
        loudest,
        sfu: placeOf(sfu),
        further: further.map(placeOf),
        turnUrls,
        relayOnly,
        // Who has relays alone wants to hide, or cannot show, where people and SFUs are.
        direct: spec.topology !== 'SFU' && !relayOnly,
        pool: spec.pool,
      };
    }
  }
}
