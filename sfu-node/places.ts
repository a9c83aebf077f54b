import type { ParticipantId } from '@parley/protocol';
import type { Volumes } from './voices.ts';

/** Somebody who is let through. */
export interface Place {
  readonly id: ParticipantId;
  /** When they were loud last, in ms; before all times if they never were. */
  readonly loudAt: number;
  /** How loud they were then, in dBov. */
  readonly volume: number;
}

/** Whoever is as loud as that wants to be heard, in dBov. */
export const loudFrom = -55;
/** Who was silent for less than so long is still speaking, in ms. */
const pauseMs = 500;
/** Who is speaking gives way to those alone who are so much louder, in dB. */
const clearlyDb = 6;

/** A place for somebody new, if one is free. */
export function admit(places: readonly Place[], id: ParticipantId, most: number): readonly Place[] {
  if (places.length >= most || places.some(place => place.id === id)) return places;
  return [...places, { id, loudAt: Number.NEGATIVE_INFINITY, volume: loudFrom }];
}

/**
 * Who is let through once everyone is as loud as `volumes` says, `most` at a time. Who speaks up has a place at once, at the cost of who was
 * silent for longest. Who falls silent keeps theirs until somebody needs it, so that the first syllable of an answer is heard.
 */
export function givePlaces(
  before: readonly Place[],
  volumes: Volumes,
  most: number,
  now: number,
): readonly Place[] {
  const places = before.map(place => {
    const volume = volumes.get(place.id) ?? Number.NEGATIVE_INFINITY;
    return volume >= loudFrom ? { ...place, loudAt: now, volume } : place;
  });
  places.sort((one, other) => comparePlaces(other, one)).splice(most);
  const taken = new Set(places.map(({ id }) => id));
  const others = [...volumes].filter(([id, volume]) => volume >= loudFrom && !taken.has(id));
  others.sort(([one, its], [other, theirs]) => theirs - its || (one < other ? -1 : 1));
  for (const [id, volume] of others) {
    if (places.length >= most) {
      const other = givesWay(places, volume, now);
      if (!other) break;
      places.splice(places.indexOf(other), 1);
    }
    places.push({ id, loudAt: now, volume });
    places.sort((one, other) => comparePlaces(other, one));
  }
  return places;
}

/** Whose place somebody takes who is so loud: that of who was silent for longest or, while all speak, of the quietest if that is clearly quieter. */
function givesWay(places: readonly Place[], volume: number, now: number): Place | undefined {
  const last = places.at(-1);
  if (!last || now - last.loudAt >= pauseMs) return last;
  const quietest = places.reduce((one, other) => (other.volume < one.volume ? other : one));
  return volume >= quietest.volume + clearlyDb ? quietest : undefined;
}

/** Less than 0 if `one` gives way before `other`: who was silent for longer, then who is quieter. */
function comparePlaces(one: Place, other: Place): number {
  if (one.loudAt !== other.loudAt) return one.loudAt < other.loudAt ? -1 : 1;
  return one.volume - other.volume || (one.id < other.id ? 1 : -1);
}
