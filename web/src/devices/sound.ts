import { z } from 'zod';

/** What a browser may do to one's voice before it is sent. */
export const voiceFilters = ['noiseSuppression', 'echoCancellation', 'autoGainControl'] as const;
export type VoiceFilter = (typeof voiceFilters)[number];

/** How one wishes to sound. */
export const SoundWishes = z.object({
  noiseSuppression: z.boolean().catch(true),
  echoCancellation: z.boolean().catch(true),
  autoGainControl: z.boolean().catch(true),
  /** Sends everything that is heard, in stereo: no filter is wanted then. */
  music: z.boolean().catch(false),
});
export type SoundWishes = z.infer<typeof SoundWishes>;

export const usualSound: SoundWishes = SoundWishes.parse({});

/** Whether a filter is wanted. */
export function wants(sound: SoundWishes, filter: VoiceFilter): boolean {
  return sound[filter] && !sound.music;
}

export function soundConstraints(sound: SoundWishes): MediaTrackConstraints {
  const filters = Object.fromEntries(voiceFilters.map(filter => [filter, { ideal: wants(sound, filter) }]));
  return sound.music ? { ...filters, channelCount: { ideal: 2 } } : filters;
}

/** Settings of a track as browsers tell them: newer ones name the way in which echo is cancelled. */
type Settings = Partial<Record<VoiceFilter, boolean | string | undefined>>;

/** The filters that the browser keeps otherwise than was wished. Of those that it does not speak of nothing is known. */
export function unheeded(sound: SoundWishes, settings: Settings): VoiceFilter[] {
  return voiceFilters.filter(filter => {
    const applied = settings[filter];
    return applied !== undefined && (applied !== false) !== wants(sound, filter);
  });
}
