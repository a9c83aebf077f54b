import { type Room, type RoomStatus, roomConditions } from '@parley/resources';
import { condition, type Happening, toConditions, type Verdict } from '../runtime/index.ts';
import type { Decision } from './decision.ts';

export interface RoomStatusFacts {
  room: Room;
  decision: Decision;
  participants: number;
  joinUrl: string;
  now: Date;
}

/** Fields of the status that follow the call, and are therefore written only from time to time. */
export const liveFields: ReadonlySet<string> = new Set(['participants', 'idleSince']);

/** The whole status of a Room that is not being deleted. */
export function roomStatus({ room, decision, participants, joinUrl, now }: RoomStatusFacts): RoomStatus {
  const { generation } = room.metadata;
  const verdicts = [accepted(decision), ready(decision)];
  const phase = { rejected: 'Rejected', waiting: 'Pending', placed: 'Ready' } as const;
  return {
    observedGeneration: generation,
    conditions: toConditions(room.status.conditions, verdicts, generation, now),
    phase: phase[decision.state],
    participants,
    sfus: decision.state === 'placed' ? [{ pod: decision.sfu.pod }] : [],
    joinUrl,
    ...(participants === 0 ? { idleSince: room.status.idleSince ?? now.toISOString() } : {}),
  };
}

/** The status of a Room that is being deleted. */
export function endingStatus(room: Room, now: Date): RoomStatus {
  const { generation } = room.metadata;
  const kept = room.status.conditions.filter(({ type }) => type !== roomConditions.ready);
  const ending: Verdict = {
    type: roomConditions.ready,
    status: 'False',
    reason: 'Ending',
    message: 'The room is being deleted.',
  };
  const conditions = [...kept, ...toConditions(room.status.conditions, [ending], generation, now)];
  return { ...room.status, observedGeneration: generation, conditions, phase: 'Ending' };
}

function accepted(decision: Decision): Verdict {
  const type = roomConditions.accepted;
  return decision.state === 'rejected'
    ? { type, status: 'False', reason: decision.reason, message: decision.message }
    : { type, status: 'True', reason: 'Valid', message: 'The spec is possible.' };
}

function ready(decision: Decision): Verdict {
  const type = roomConditions.ready;
  switch (decision.state) {
    case 'rejected':
      return { type, status: 'False', reason: 'Rejected', message: 'The spec has to be corrected first.' };
    case 'waiting':
      return { type, status: 'False', reason: decision.reason, message: decision.message };
    case 'placed':
      return { type, status: 'True', reason: 'Placed', message: `People can join: SFU ${decision.sfu.pod}.` };
  }
}

/**
 * What happened to a room between two statuses, for people.
 *
 * @param sfuLost whether the SFU that the room was on is gone.
 */
export function roomHappenings(room: Room, now: RoomStatus, sfuLost: string | undefined): Happening[] {
  const before = room.status;
  const happenings: Happening[] = [];
  const changed = (type: string) => {
    const [old, one] = [condition(before.conditions, type), condition(now.conditions, type)];
    return one && (old?.status !== one.status || old.reason !== one.reason || old.message !== one.message)
      ? one
      : undefined;
  };
  if (sfuLost !== undefined) {
    const message = `SFU ${sfuLost} is gone. The room is placed anew.`;
    happenings.push({ type: 'Warning', reason: 'SfuLost', message });
  }
  const verdict = changed(roomConditions.accepted);
  if (verdict?.status === 'False') {
    happenings.push({ type: 'Warning', reason: verdict.reason, message: verdict.message });
  } else if (verdict && condition(before.conditions, roomConditions.accepted)?.status === 'False') {
    happenings.push({ type: 'Normal', reason: 'Accepted', message: verdict.message });
  }
  const ready = changed(roomConditions.ready);
  const sfu = now.sfus[0]?.pod;
  if (sfu !== undefined && (sfu !== before.sfus[0]?.pod || sfuLost !== undefined)) {
    happenings.push({ type: 'Normal', reason: 'Placed', message: `Placed on SFU ${sfu}.` });
  }
  if (ready?.status === 'True' && condition(before.conditions, roomConditions.ready)?.status !== 'True') {
    happenings.push({ type: 'Normal', reason: 'Ready', message: `People can join at ${now.joinUrl}.` });
  } else if (ready?.status === 'False' && ready.reason !== 'Rejected') {
    const type = ready.reason === 'WaitingForSfu' ? 'Normal' : 'Warning';
    happenings.push({ type, reason: ready.reason, message: ready.message });
  }
  return happenings;
}

/** Where people join: `/name` for the namespace of ordinary rooms, else `/namespace/name`. */
export function joinUrl(webUrl: string, roomsNamespace: string, { metadata }: Room): string {
  const { namespace, name } = metadata;
  const path = namespace === roomsNamespace ? name : `${namespace}/${name}`;
  return `${webUrl.replace(/\/+$/, '')}/${path}`;
}
