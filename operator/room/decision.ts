import { type Placement, type RoomKey, RoomUid } from '@parley/protocol';
import type { Room, RoomSpec } from '@parley/resources';
import type { Sfu } from '../pool/view.ts';
import type { WaitingReason } from './place.ts';

/** What was decided about a room. */
export type Decision =
  | { state: 'rejected'; reason: string; message: string }
  | { state: 'waiting'; reason: WaitingReason; message: string }
  | { state: 'placed'; spec: RoomSpec; sfu: Sfu; turnUrls: string[] };

/** The decision as signaling reads it. */
export function toPlacement(room: Room, key: RoomKey, decision: Decision): Placement {
  const uid = RoomUid.parse(room.metadata.uid);
  if (decision.state !== 'placed') {
    const { state, reason, message } = decision;
    return { state, key, uid, reason, message };
  }
  const { spec, sfu, turnUrls } = decision;
  return {
    state: 'ready',
    key,
    uid,
    displayName: spec.displayName || room.metadata.name,
    maxParticipants: spec.maxParticipants,
    access: spec.access,
    media: spec.media,
    sfu: { pod: sfu.pod, instance: sfu.instance, controlUrl: sfu.controlUrl },
    turnUrls,
    relayOnly: sfu.relayOnly,
  };
}
