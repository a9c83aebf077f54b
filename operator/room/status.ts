import { type Room, type RoomStatus, roomConditions } from '@parley/resources';
import type { RoomQuality } from '../redis/qualities.ts';
import { condition, toConditions, type Verdict } from '../runtime/index.ts';
import { judgeCalls, qualityStep, quantised, roundedTo } from './call-quality.ts';
import { type Decision, sfusOf } from './decision.ts';
import type { Gate } from './gate.ts';
import type { Moving } from './moving.ts';
import { instant } from './schedule.ts';

export interface RoomStatusFacts {
  room: Room;
  decision: Decision;
  /** Undefined where the spec is impossible. */
  gate: Gate | undefined;
  participants: number;
  /** How well media arrives, as the SFUs say, and how the calls go, as people report; undefined while nobody has looked yet. */
  quality: RoomQuality | undefined;
  joinUrl: string;
  /** The move that is under way. */
  moving?: Moving | undefined;
  now: Date;
}

/** Fields of the status that follow the call, and are therefore written only from time to time. */
export const liveFields: ReadonlySet<string> = new Set([
  'participants',
  'idleSince',
  'quality',
  'audioMos',
  'videoScore',
  'poorParticipants',
]);

/** The whole status of a Room that is not being deleted. */
export function roomStatus(facts: RoomStatusFacts): RoomStatus {
  const { room, decision, gate, participants, quality, moving, now } = facts;
  const { generation } = room.metadata;
  const calls = judged(facts);
  const verdicts = [accepted(decision), ready(decision), ...calls, ...degraded(decision, calls[0])];
  const closesAt = gate?.state === 'open' ? gate.closesAt : undefined;
  const since = idleSince(facts);
  const measured = decision.state === 'placed' && participants > 0;
  return {
    observedGeneration: generation,
    conditions: toConditions(room.status.conditions, verdicts, generation, now),
    phase: phaseOf(decision),
    participants,
    sfus: sfusOf(decision).map(({ pod }) => ({ pod })),
    ...(moving === undefined ? {} : { movingFrom: moving.from, movingSince: moving.since }),
    joinUrl: facts.joinUrl,
    ...(measured && (quality ? liveQuality(quality) : saidQuality(room.status))),
    ...(decision.state === 'closed' && decision.opensAt ? { opensAt: decision.opensAt } : {}),
    ...(closesAt === undefined ? {} : { closesAt: instant(closesAt) }),
    ...(since === undefined ? {} : { idleSince: since }),
  };
}

/** Scores in steps, so that a call that goes on as before is no news. */
function liveQuality({ score, calls }: RoomQuality): Partial<RoomStatus> {
  return {
    ...(score === undefined ? {} : { quality: roundedTo(qualityStep, score) }),
    ...(calls?.audioMos === undefined ? {} : { audioMos: quantised(calls.audioMos) }),
    ...(calls?.videoScore === undefined ? {} : { videoScore: quantised(calls.videoScore) }),
    ...(calls === undefined ? {} : { poorParticipants: sum(Object.values(calls.poor)) }),
  };
}

/** What a Room said before the operator began anew is not taken back for that. */
function saidQuality({ quality, audioMos, videoScore, poorParticipants }: RoomStatus): Partial<RoomStatus> {
  return {
    ...(quality === undefined ? {} : { quality }),
    ...(audioMos === undefined ? {} : { audioMos }),
    ...(videoScore === undefined ? {} : { videoScore }),
    ...(poorParticipants === undefined ? {} : { poorParticipants }),
  };
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

/** The status of a Room that is being deleted. */
export function endingStatus(room: Room, now: Date): RoomStatus {
  const { generation } = room.metadata;
  const {
    quality: _quality,
    audioMos: _mos,
    videoScore: _score,
    poorParticipants: _poor,
    movingFrom: _from,
    movingSince: _since,
    ...status
  } = room.status;
  const kept = status.conditions.filter(({ type }) => type === roomConditions.accepted);
  const ending: Verdict = {
    type: roomConditions.ready,
    status: 'False',
    reason: 'Ending',
    message: 'The room is being deleted.',
  };
  const conditions = [...kept, ...toConditions(room.status.conditions, [ending], generation, now)];
  return { ...status, observedGeneration: generation, conditions, phase: 'Ending' };
}

/** Where people join: `/name` for the namespace of ordinary rooms, else `/namespace/name`. */
export function joinUrl(webUrl: string, roomsNamespace: string, { metadata }: Room): string {
  const { namespace, name } = metadata;
  const path = namespace === roomsNamespace ? name : `${namespace}/${name}`;
  return `${webUrl.replace(/\/+$/, '')}/${path}`;
}

function phaseOf(decision: Decision): NonNullable<RoomStatus['phase']> {
  switch (decision.state) {
    case 'rejected':
      return 'Rejected';
    case 'waiting':
      return 'Pending';
    case 'placed':
      return 'Ready';
    case 'closed':
      return decision.reason === 'NotOpenYet' ? 'Scheduled' : decision.reason;
  }
}

/**
 * Since when nobody uses the room. One that is not open, but may be again, is not idle, and time in which it was closed
 * does not count; one that is closed for good is.
 */
function idleSince({ room, decision, gate, participants, now }: RoomStatusFacts): string | undefined {
  const mayOpen = decision.state === 'closed' && decision.reason !== 'Closed';
  if (participants > 0 || mayOpen) return undefined;
  const known = room.status.idleSince;
  const openedAt = gate?.state === 'open' ? gate.openedAt : undefined;
  if (known === undefined) return now.toISOString();
  return openedAt !== undefined && Date.parse(known) < openedAt ? new Date(openedAt).toISOString() : known;
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
    case 'closed': {
      const reason = decision.warm ? 'Warming' : decision.reason;
      return { type, status: 'False', reason, message: decision.message };
    }
    case 'placed':
      return {
        type,
        status: 'True',
        reason: 'Placed',
        message: `People can join: ${sfuNames(sfusOf(decision))}.`,
      };
  }
}

/** SFUs for people. */
export function sfuNames(sfus: readonly { pod: string }[]): string {
  return `${sfus.length > 1 ? 'SFUs' : 'SFU'} ${sfus.map(({ pod }) => pod).join(', ')}`;
}

/** Only a room that can be joined has calls. */
function judged({ room, decision, participants, quality }: RoomStatusFacts): Verdict[] {
  if (decision.state !== 'placed') return [];
  const type = roomConditions.qualityMet;
  const said = condition(room.status.conditions, type);
  if (!quality && said && participants > 0) {
    const { status, reason, message } = said;
    return [{ type, status, reason, message }];
  }
  const verdict = judgeCalls({
    objective: decision.spec.qualityObjective,
    participants,
    calls: quality?.calls,
    sfus: sfusOf(decision),
    before: said?.status,
  });
  return [{ type, ...verdict }];
}

/** Only a room that can be joined can lack something. What is missing explains poor calls, so it goes first. */
function degraded(decision: Decision, calls: Verdict | undefined): Verdict[] {
  if (decision.state !== 'placed') return [];
  const type = roomConditions.degraded;
  const { degradation } = decision;
  if (degradation) return [{ type, status: 'True', ...degradation }];
  if (calls?.status === 'False')
    return [{ type, status: 'True', reason: calls.reason, message: calls.message }];
  return [{ type, status: 'False', reason: 'Complete', message: 'Nothing is missing.' }];
}
