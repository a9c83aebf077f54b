import type { ParticipantId } from '@parley/protocol';

/** Somebody whose camera could be received. */
export interface Candidate {
  readonly id: ParticipantId;
  /** On how many pixels the page shows it; 0: it is out of sight, undefined: the page did not say. */
  readonly area: number | undefined;
}

/**
 * Whose cameras are received if there may be `most`: first those that the page shows, the larger before the smaller, then those of who spoke
 * last, then those of who came first. What is out of sight takes no place.
 *
 * @param candidates in the order in which they came.
 * @param spoken who spoke, the last first.
 */
export function chooseCameras(
  candidates: readonly Candidate[],
  spoken: readonly ParticipantId[],
  most: number,
): ReadonlySet<ParticipantId> {
  const places = new Map(spoken.map((id, place) => [id, place]));
  const spokeAt = ({ id }: Candidate) => places.get(id) ?? places.size;
  const inSight = candidates.filter(({ area }) => area !== 0);
  inSight.sort((one, other) => sizeOf(other) - sizeOf(one) || spokeAt(one) - spokeAt(other));
  return new Set(inSight.slice(0, Math.max(0, most)).map(({ id }) => id));
}

/** By half octaves: tiles of one gallery may differ by a pixel. What the page did not speak of is smaller than all that it did. */
function sizeOf({ area }: Candidate): number {
  if (area === undefined || area === Number.POSITIVE_INFINITY) return -1;
  return Math.max(0, Math.round(2 * Math.log2(area)));
}
