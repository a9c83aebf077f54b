/** Who speaks: what SFUs tell signaling, and signaling those in the room. SPEC.md, M12 to M14. */
import { z } from 'zod';
import { MediaGeneration, ParticipantId } from './ids.ts';

/** How loud somebody is: 0 silent, 1 quiet, 2 as one speaks, 3 loud. */
export const SpeakerLevel = z.int().min(0).max(3);
export type SpeakerLevel = z.infer<typeof SpeakerLevel>;

/** How many are named at most. */
export const maxSpeakers = 8;

/** Somebody whose microphone is loud, or who is still the one to look at, as they have only just stopped. */
export const Speaker = z.object({ participantId: ParticipantId, level: SpeakerLevel });
export type Speaker = z.infer<typeof Speaker>;

/** Who speaks in a room. The first is the active speaker, the others come loudest first. Nobody is named twice. */
export const Speakers = z.object({
  speakers: z
    .array(Speaker)
    .max(maxSpeakers)
    .refine(
      list => new Set(list.map(({ participantId }) => participantId)).size === list.length,
      'names somebody twice',
    ),
});
export type Speakers = z.infer<typeof Speakers>;

/** As an SFU says it of those whose microphones it carries. */
export const SpeakersOf = Speakers.extend({ generation: MediaGeneration });
export type SpeakersOf = z.infer<typeof SpeakersOf>;

/** What was said last of a room, and when, in ms. */
export interface SaidSpeakers {
  readonly speakers: readonly Speaker[];
  readonly at: number;
}

/** Changes are said at most so often, in ms. */
export const speakersPeriodMs = 334;
/** As long as anybody speaks it is said again after so long, in ms, as what is said may be lost. */
export const speakersRepeatMs = 2_000;
/** Who hears nothing for so long takes it that nobody speaks, in ms. */
export const speakersLeaseMs = 5_000;

export const nothingSaid: SaidSpeakers = { speakers: [], at: Number.NEGATIVE_INFINITY };

/** Whether it is time to say who speaks: there is news and the last is a while ago, or the last may have been lost. */
export function areSpeakersDue(said: SaidSpeakers, speakers: readonly Speaker[], now: number): boolean {
  const ago = now - said.at;
  if (ago < speakersPeriodMs) return false;
  return !sameSpeakers(speakers, said.speakers) || (speakers.length > 0 && ago >= speakersRepeatMs);
}

/** Whether both name the same people in the same order as equally loud. */
export function sameSpeakers(one: readonly Speaker[], other: readonly Speaker[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ participantId, level }, place) => {
      const counterpart = other[place];
      return participantId === counterpart?.participantId && level === counterpart.level;
    })
  );
}
