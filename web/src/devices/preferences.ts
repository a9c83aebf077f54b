import { z } from 'zod';
import { readStored, writeStored } from '../state/storage.ts';

/** What this browser remembers of the person between meetings. */
export const Preferences = z.object({
  name: z.string().max(64).catch(''),
  microphoneOn: z.boolean().catch(true),
  cameraOn: z.boolean().catch(true),
  microphone: z.string().max(256).optional().catch(undefined),
  camera: z.string().max(256).optional().catch(undefined),
  speaker: z.string().max(256).optional().catch(undefined),
});
export type Preferences = z.infer<typeof Preferences>;

const key = 'parley.preferences';

export function readPreferences(): Preferences {
  return parsePreferences(readStored('local', key));
}

/** Whatever cannot be read is as if it had never been set. */
export function parsePreferences(text: string | undefined): Preferences {
  let value: unknown = {};
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    // As if nothing had been remembered.
  }
  const parsed = Preferences.safeParse(value);
  return parsed.success ? parsed.data : Preferences.parse({});
}

export function changePreferences(change: Partial<Preferences>): void {
  writeStored('local', key, JSON.stringify({ ...readPreferences(), ...change }));
}
