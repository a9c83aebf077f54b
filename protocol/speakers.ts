/** Who speaks: what SFUs tell signaling, and signaling those in the room. SPEC.md, chapter "Who speaks". */
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

/** Changes are said at most so often, in ms. */
export const speakersPeriodMs = 334;
/** As long as anybody speaks it is said again after so long, in ms, as what is said may be lost. */
export const speakersRepeatMs = 2_000;
/** Who hears nothing for so long takes it that nobody speaks, in ms. */
export const speakersLeaseMs = 5_000;
