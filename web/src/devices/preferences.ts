import { maxDisplayName } from '@parley/protocol/names';
import { z } from 'zod';
import { readStored, writeStored } from '../state/storage.ts';
import { type Readable, Store } from '../state/store.ts';
import { SoundWishes, usualSound } from './sound.ts';

/** What this browser remembers of the person between meetings. */
export const Preferences = z.object({
  name: z.string().max(maxDisplayName).catch(''),
  microphoneOn: z.boolean().catch(true),
  cameraOn: z.boolean().catch(true),
  microphone: z.string().max(256).optional().catch(undefined),
  camera: z.string().max(256).optional().catch(undefined),
  speaker: z.string().max(256).optional().catch(undefined),
  sound: SoundWishes.catch(usualSound),
  /** Shows one's own picture as in a mirror. The others never see it so. */
  mirrored: z.boolean().catch(true),
});
export type Preferences = z.infer<typeof Preferences>;

const key = 'parley.preferences';
let known: Store<Preferences> | undefined;

export function readPreferences(): Preferences {
  return parsePreferences(readStored('local', key));
}

/** What is remembered, to be watched: changes by this page are seen at once, those by other tabs with the next page. */
export const preferences: Readable<Preferences> = {
  get: () => opened().get(),
  subscribe: listener => opened().subscribe(listener),
};

function opened(): Store<Preferences> {
  known ??= new Store(readPreferences());
  return known;
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
  const store = opened();
  const stored = readStored('local', key);
  const now = { ...(stored === undefined ? store.get() : parsePreferences(stored)), ...change };
  writeStored('local', key, JSON.stringify(now));
  store.set(now);
}
