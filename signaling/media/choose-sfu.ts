import type { SfuPlace, SfuRegistration } from '@parley/protocol';

/** How much of an SFU may be taken before people of a room on several go to the next. */
export const filledAt = 0.7;

/** An SFU that carries a room or may. */
export interface Candidate {
  sfu: SfuPlace;
  /** What it says of itself; undefined if it has not of late. */
  registration: SfuRegistration | undefined;
  /** How many people of the room are on it. */
  people: number;
}

/**
 * The SFU for somebody who comes into a room. The first of those that work well and have room, so that a room is on no more of them than it
 * needs; where all are full, the one with most room. The main one comes first among `candidates`.
 */
export function chooseSfu(candidates: readonly [Candidate, ...Candidate[]]): SfuPlace {
  const ranked = candidates.map((candidate, order) => ({
    ...candidate,
    order,
    rank: rankOf(candidate, candidates.slice(0, order)),
    used: usedBy(candidate),
  }));
  const best = Math.min(...ranked.map(({ rank }) => rank));
  const fit = ranked.filter(({ rank }) => rank === best);
  const open = fit.find(({ used }) => used < filledAt);
  const [emptiest = candidates[0]] = fit.toSorted(
    (one, other) => one.used - other.used || one.people - other.people || one.order - other.order,
  );
  return (open ?? emptiest).sfu;
}

/** How much of it is taken. Where more people of this room were sent there than it says to have, it does not know of the last ones yet. */
function usedBy({ registration, people }: Candidate): number {
  if (!registration) return 0;
  const { used = 0, transports } = registration.load;
  // One to send and one to receive.
  const known = transports / 2;
  return known > 0 ? used * Math.max(1, people / known) : used;
}

/** 0: it works; 1: it goes, or does not reach one that comes before it; 2: it is not there. */
function rankOf({ sfu, registration }: Candidate, before: readonly Candidate[]): 0 | 1 | 2 {
  if (registration?.instance !== sfu.instance) return 2;
  if (registration.state === 'draining') return 1;
  const apart = before.some(
    other =>
      other.registration?.instance === other.sfu.instance &&
      (other.registration.cutOff?.includes(sfu.instance) ||
        registration.cutOff?.includes(other.sfu.instance)),
  );
  return apart ? 1 : 0;
}
