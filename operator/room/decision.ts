import { type Placement, type RoomKey, RoomUid } from '@parley/protocol';
import type { Room, RoomSpec } from '@parley/resources';
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
      sfu: Sfu;
      turnUrls: string[];
      degradation: Degradation | undefined;
    };

/** What people hear who want into a room that is closed. */
const closedMessages = {
  NotOpenYet: 'The meeting is not open yet.',
  Closed: 'The meeting is over.',
  Suspended: 'The meeting is closed for now.',
} as const satisfies Record<ClosedReason, string>;

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
      const { spec, sfu, turnUrls } = decision;
      return {
        state: 'ready',
        key,
        uid,
        displayName: spec.displayName || room.metadata.name,
        maxParticipants: spec.maxParticipants,
        access: spec.access,
        lobby: spec.lobby,
        media: spec.media,
        sfu: { pod: sfu.pod, instance: sfu.instance, controlUrl: sfu.controlUrl },
        further: [],
        turnUrls,
        relayOnly: sfu.relayOnly,
      };
    }
  }
}
