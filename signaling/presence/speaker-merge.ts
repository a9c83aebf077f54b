import {
  type MediaGeneration,
  maxSpeakers,
  type ParticipantId,
  type Speaker,
  speakersLeaseMs,
} from '@parley/protocol';

/** What one of a room's SFUs said last of who speaks there, and when, in ms. */
export interface Heard {
  readonly speakers: readonly Speaker[];
  readonly at: number;
}

/**
 * Who speaks in a room, by all of its SFUs that were heard of late. Each has chosen an active speaker among its own people; of those the
 * loudest is the room's, but `active` stays it as long as no other is louder.
 */
export function mergeSpeakers(
  heard: ReadonlyMap<MediaGeneration, Heard>,
  active: ParticipantId | undefined,
  now: number,
): Speaker[] {
  const current = [...heard.values()].filter(({ at }) => now - at < speakersLeaseMs);
  const levels = new Map<ParticipantId, number>();
  // While a room moves, somebody may be heard on both.
  for (const { participantId, level } of current.flatMap(({ speakers }) => speakers)) {
    levels.set(participantId, Math.max(level, levels.get(participantId) ?? 0));
  }
  const chosen = current.flatMap(({ speakers: [first] }) => (first ? [first.participantId] : []));
  const rank = (id: ParticipantId) => (levels.get(id) ?? 0) + (id === active ? 0.5 : 0);
  chosen.sort((one, other) => rank(other) - rank(one) || (one < other ? -1 : 1));
  const [first] = chosen;
  const merged = Array.from(levels, ([participantId, level]) => ({ participantId, level }))
    // Who is silent was the active speaker of one SFU, and is none of the room if another's is.
    .filter(({ participantId, level }) => level > 0 || participantId === first)
    .sort((one, other) => {
      if (one.participantId === first || other.participantId === first)
        return one.participantId === first ? -1 : 1;
      return other.level - one.level || (one.participantId < other.participantId ? -1 : 1);
    });
  return merged.slice(0, maxSpeakers);
}
