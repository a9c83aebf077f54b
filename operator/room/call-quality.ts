import type { CallQuality } from '@parley/protocol';
import type { RoomSpec } from '@parley/resources';
import type { Sfu } from '../pool/view.ts';

/** In what steps scores change, in hundredths: the call that goes on as before is no news. */
export const scoreStep = 10;
/** The same of how well media arrives, in per cent. */
export const qualityStep = 5;

/** Why a room's calls are not as good as they should be, as far as is known. */
export const poorReasons = ['SfuOverload', 'Relay', 'ClientNetwork', 'ClientDevice', 'CauseUnknown'] as const;
export type PoorReason = (typeof poorReasons)[number];

/** Whether a room's calls are as good as its objective says. */
export type QualityVerdict =
  | { status: 'Unknown'; reason: 'NoCall' | 'NoReports'; message: string }
  | { status: 'True'; reason: 'ObjectiveMet'; message: string }
  | { status: 'False'; reason: PoorReason; message: string };

export interface CallQualityFacts {
  objective: RoomSpec['qualityObjective'];
  participants: number;
  /** What they report, if anything. */
  calls: CallQuality | undefined;
  /** The SFUs that the room is on. */
  sfus: readonly Pick<Sfu, 'pod' | 'pressure'>[];
  /** What was the case before. */
  before: 'True' | 'False' | 'Unknown' | undefined;
}

/**
 * Compares what people report with the objective. A room that missed it has to be a step better before it meets it again, so that one on the edge
 * does not change all the time.
 */
export function judgeCalls(facts: CallQualityFacts): QualityVerdict {
  const { objective, participants, calls, before } = facts;
  if (participants === 0) {
    return { status: 'Unknown', reason: 'NoCall', message: 'Nobody is in the room.' };
  }
  if (!calls || (calls.audioMos === undefined && calls.videoScore === undefined)) {
    const message = 'Nobody in the room has reported yet how the call goes.';
    return { status: 'Unknown', reason: 'NoReports', message };
  }
  const margin = before === 'False' ? scoreStep : 0;
  const misses = (score: number | undefined, wanted: number) =>
    score !== undefined && quantised(score) < wanted + margin;
  const missed = [
    ...(misses(calls.audioMos, objective.audioMos)
      ? [`Sound has a MOS of ${inWords(calls.audioMos)} where ${inWords(objective.audioMos)} is wanted.`]
      : []),
    ...(misses(calls.videoScore, objective.videoScore)
      ? [`Pictures score ${inWords(calls.videoScore)} where ${inWords(objective.videoScore)} is wanted.`]
      : []),
  ];
  if (missed.length === 0) {
    const wanted = `MOS ${inWords(objective.audioMos)} for sound, ${inWords(objective.videoScore)} for pictures`;
    return {
      status: 'True',
      reason: 'ObjectiveMet',
      message: `The calls are as good as wanted (${wanted}).`,
    };
  }
  const { reason, why } = causeOf(calls, facts.sfus);
  return { status: 'False', reason, message: [...missed, why].join(' ') };
}

/** Scores for the status, in hundredths, in steps. */
export function quantised(score: number): number {
  return roundedTo(scoreStep, score);
}

export function roundedTo(step: number, value: number): number {
  return Math.round(value / step) * step;
}

/** The cause that explains most: an SFU without strength left hurts everybody on it, so that comes first. */
function causeOf(
  { poor, people }: CallQuality,
  sfus: CallQualityFacts['sfus'],
): { reason: PoorReason; why: string } {
  const full = sfus.filter(({ pressure }) => pressure === 'full').map(({ pod }) => pod);
  if (full.length > 0) {
    return { reason: 'SfuOverload', why: `${full.join(', ')} cannot carry more than it does.` };
  }
  const all = poor.network + poor.relay + poor.device + poor.unknown;
  const most = (count: number) => count > 0 && count * 2 >= all;
  const who = (count: number) => `${count} of ${people} who report`;
  if (most(poor.relay)) {
    return { reason: 'Relay', why: `${who(poor.relay)} fare badly and come through a relay.` };
  }
  if (most(poor.network)) {
    return { reason: 'ClientNetwork', why: `The network of ${who(poor.network)} loses or delays too much.` };
  }
  if (most(poor.device)) {
    return { reason: 'ClientDevice', why: `The device of ${who(poor.device)} does not keep up.` };
  }
  return { reason: 'CauseUnknown', why: 'The cause is not known; look at the SFU and at its network.' };
}

function inWords(score: number | undefined): string {
  return (quantised(score ?? 0) / 100).toFixed(1);
}
