import type { Participant, ParticipantId } from '@parley/protocol';
import type { CallSnapshot } from '../types.ts';

/** Who is in the room, and whose microphone is on: oneself as one is now, the others as the room's state has them. */
export function microphonesOf(
  self: CallSnapshot['self'],
  others: readonly Participant[],
): { heard: Set<ParticipantId>; present: Set<ParticipantId> } {
  const audible = others.filter(({ producers }) =>
    producers.some(({ source, paused }) => source === 'microphone' && !paused),
  );
  const heard = new Set(audible.map(({ id }) => id));
  const present = new Set(others.map(({ id }) => id));
  if (self) present.add(self.id);
  if (self?.media.microphone?.paused === false) heard.add(self.id);
  return { heard, present };
}
