import type { PodLoad } from '../ledger.ts';
import type { LeavingReason, PoolView, Sfu } from '../pool/view.ts';
import { hasSpace } from './place.ts';

/** The most SFUs of one room: each exchanges its media with each other. */
export const maxSfus = 8;
/** A room is on no more SFUs than keep below this share. Well below what makes it grow, so that it does not come and go. */
export const calmShare = 0.5;
/** What SFUs may be filled to rather than that people are cut off when another one ends. */
const crowdedShare = 0.9;

/** Why an SFU does not carry a room any more. `Fits`: the others carry it alone. */
export type PartingReason = LeavingReason | 'CutOff' | 'Fits';

/** What becomes of a room that is on some SFUs. */
export type Step =
  | { type: 'stay' }
  /** It should be on one more, and there is none. */
  | { type: 'lack' }
  | { type: 'grow'; by: Sfu }
  | { type: 'replace'; sfu: Sfu; by: Sfu; why: PartingReason }
  | { type: 'leave'; sfu: Sfu; why: PartingReason };

export interface SpreadFacts {
  view: Pick<PoolView, 'sfus' | 'refusal' | 'roomsPerPod' | 'placement' | 'mayGrow'>;
  /** Those that carry the room and live, the main one first. */
  sfus: readonly Sfu[];
  people: number;
  dedicated: boolean;
  /** Whether some of its people are on their way from one SFU to another. */
  isMoving: boolean;
  /** How much of what an SFU carries is this room, from 0 to 1, as far as is known. */
  share: (sfu: Sfu) => number;
  /** Whether no other room on the SFU has more people there. */
  isLargestOn: (sfu: Sfu) => boolean;
  /** Whether another SFU is about to take a whole room from this one, which is full. */
  isRelieved: (sfu: Sfu) => boolean;
  /** What the other rooms take of an SFU pod. */
  others: (pod: string) => PodLoad;
  /** Whether two SFUs have not reached each other for so long that it is no passing thing. */
  isCutOff: (a: Sfu, b: Sfu) => boolean;
  /** Whether an SFU may come to the room, as far as the room's others are concerned. */
  reaches: (sfu: Sfu, others: readonly Sfu[]) => boolean;
}

/**
 * What is to be done next, one thing at a time: an SFU that others do not reach is replaced, or left; one that goes is replaced, or
 * left if there is nothing else; the room grows before its SFUs are full; and it leaves one that the others can do without.
 */
export function nextStep(facts: SpreadFacts): Step {
  const { sfus, isMoving, view } = facts;
  if (!isMoving) {
    const cut = cutOff(facts);
    if (cut) return part(facts, cut, 'CutOff') ?? { type: 'leave', sfu: cut, why: 'CutOff' };
    for (const sfu of sfus.slice(1)) {
      const step = sfu.leaving && part(facts, sfu, sfu.leaving);
      if (step) return step;
    }
    const leaving = view.mayGrow
      ? undefined
      : sfus.find(sfu => sfu.leaving && fitsWithout(facts, sfu, crowdedShare));
    if (leaving?.leaving) return { type: 'leave', sfu: leaving, why: leaving.leaving };
  }
  if (isPressed(facts)) {
    const by = candidate(facts, sfus, ({ pressure = 'low' }) => pressure === 'low');
    return by ? { type: 'grow', by } : { type: 'lack' };
  }
  const spare = isMoving ? undefined : dispensable(facts);
  return spare ? { type: 'leave', sfu: spare, why: 'Fits' } : { type: 'stay' };
}

/** The SFUs of the room once that is done. */
export function after(sfus: readonly Sfu[], step: Step): readonly Sfu[] {
  switch (step.type) {
    case 'stay':
    case 'lack':
      return sfus;
    case 'grow':
      return [...sfus, step.by];
    case 'leave':
      return sfus.filter(sfu => sfu !== step.sfu);
    case 'replace':
      // What is new has nobody on it yet: another is the main one.
      if (sfus[0] === step.sfu && sfus.length > 1) return [...sfus.slice(1), step.by];
      return sfus.map(sfu => (sfu === step.sfu ? step.by : sfu));
  }
}

/** The SFUs with others in the place of so many that died, as far as there are any. */
export function withReplacements(facts: SpreadFacts, lost: number): readonly Sfu[] {
  let { sfus } = facts;
  if (facts.people <= 1) return sfus;
  for (let index = 0; index < lost; index += 1) {
    const by = candidate({ ...facts, sfus }, sfus, () => true);
    if (!by) break;
    sfus = [...sfus, by];
  }
  return sfus;
}

function part(facts: SpreadFacts, sfu: Sfu, why: PartingReason): Step | undefined {
  const staying = facts.sfus.filter(other => other !== sfu);
  // Nobody's call gets worse so that the pool has a pod less.
  const by = candidate(facts, staying, ({ pressure }) => why !== 'ScaleIn' || pressure !== 'full');
  return by && { type: 'replace', sfu, by, why };
}

/** The SFU that is cut off from most others of the room; where it is one against one, not the main one. */
function cutOff({ sfus, isCutOff }: SpreadFacts): Sfu | undefined {
  if (sfus.length < 2) return undefined;
  const cuts = (sfu: Sfu) => sfus.filter(other => other !== sfu && isCutOff(sfu, other)).length;
  const [worst] = [...sfus].reverse().sort((a, b) => cuts(b) - cuts(a));
  return worst && cuts(worst) > 0 ? worst : undefined;
}

/**
 * Whether it should be on one more. Of the rooms on an SFU it is the largest, which helps most; all do where it is full, unless it is
 * enough that one of them goes elsewhere as a whole.
 */
function isPressed({ view, sfus, people, isLargestOn, isRelieved }: SpreadFacts): boolean {
  if (people <= 1 || sfus.length >= maxSfus || view.refusal !== undefined) return false;
  const staying = sfus.filter(({ leaving }) => leaving === undefined);
  if (staying.some(({ pressure = 'low', meshes }) => pressure === 'low' || !meshes)) return false;
  return staying.some(sfu => isLargestOn(sfu) || (sfu.pressure === 'full' && !isRelieved(sfu)));
}

/** An SFU that the others can do without: not the main one, if there is a choice, and the one with the least to move. */
function dispensable(facts: SpreadFacts): Sfu | undefined {
  const { sfus } = facts;
  if (sfus.length < 2) return undefined;
  const [main] = sfus;
  const load = (sfu: Sfu) => loadOn(facts, sfu);
  return sfus
    .filter(sfu => fitsWithout(facts, sfu, calmShare))
    .sort(
      (a, b) =>
        Number(a === main) - Number(b === main) ||
        Number(b.zone !== main?.zone) - Number(a.zone !== main?.zone) ||
        load(a) - load(b),
    )[0];
}

/** What of an SFU this room takes, as a share of the SFU. */
function loadOn({ share }: SpreadFacts, sfu: Sfu): number {
  return (sfu.used ?? 0) * share(sfu);
}

/** Whether the other SFUs of the room would not be filled beyond this by what it has on one. */
function fitsWithout(facts: SpreadFacts, sfu: Sfu, limit: number): boolean {
  const staying = facts.sfus.filter(other => other !== sfu && other.leaving === undefined);
  const free = staying.reduce((sum, { used = 0 }) => sum + Math.max(0, limit - used), 0);
  return free > 0 && loadOn(facts, sfu) <= free;
}

/**
 * The SFU that should come to these: of their zone, made as the pool says now, and with the most room; then as the pool fills its pods.
 */
function candidate(
  { view, sfus, dedicated, others, reaches }: SpreadFacts,
  staying: readonly Sfu[],
  may: (sfu: Sfu) => boolean,
): Sfu | undefined {
  if (view.refusal !== undefined || !staying.every(({ meshes }) => meshes)) return undefined;
  const zone = staying[0]?.zone;
  const ranks = (sfu: Sfu) => [
    Number(sfu.pressure === 'full'),
    Number(zone !== undefined && sfu.zone !== zone),
    Number(!sfu.fresh),
    Math.floor((sfu.used ?? 0) * 10),
    view.placement === 'Packed' ? -others(sfu.pod).rooms : others(sfu.pod).rooms,
  ];
  return view.sfus
    .filter(
      sfu =>
        sfu.takesRooms &&
        sfu.meshes &&
        !sfus.includes(sfu) &&
        hasSpace(others(sfu.pod), dedicated, view.roomsPerPod) &&
        may(sfu) &&
        reaches(sfu, staying),
    )
    .map(sfu => ({ sfu, rank: ranks(sfu) }))
    .sort((a, b) => compare(a.rank, b.rank))[0]?.sfu;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}
