import { z } from 'zod';
import { readStored, writeStored } from '../state/storage.ts';
import { Store } from '../state/store.ts';
import type { ItemId, LayoutName } from './compose.ts';

/** How one likes to see people, from meeting to meeting. */
export const StageChoice = z.object({
  people: z.enum(['gallery', 'speaker']).catch('gallery'),
  selfView: z.enum(['corner', 'tile', 'hidden']).catch('corner'),
});
export type StageChoice = z.infer<typeof StageChoice>;

const key = 'parley.stage';

export const stageChoice = new Store<StageChoice>(parseStageChoice(readStored('local', key)));

/** Whether screens are large while there are any; true again with each that begins. */
export const screensLarge = new Store(true);

/** What one wants to see large, whatever happens. */
export const pinned = new Store<ItemId | undefined>(undefined);

/** The page of tiles, from 0. */
export const page = new Store(0);

/** Whatever cannot be read is as if it had never been set. */
export function parseStageChoice(text: string | undefined): StageChoice {
  let value: unknown = {};
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    // As if nothing had been remembered.
  }
  const parsed = StageChoice.safeParse(value);
  return parsed.success ? parsed.data : StageChoice.parse({});
}

export function changeStageChoice(change: Partial<StageChoice>): void {
  const changed = { ...stageChoice.get(), ...change };
  writeStored('local', key, JSON.stringify(changed));
  stageChoice.set(changed);
}

export function chooseLayout(layout: LayoutName): void {
  pinned.set(undefined);
  page.set(0);
  screensLarge.set(layout === 'screen');
  if (layout !== 'screen') changeStageChoice({ people: layout });
}

export function togglePin(item: ItemId): void {
  pinned.set(pinned.get() === item ? undefined : item);
}

/** What is only for this meeting. */
export function forgetMeeting(): void {
  pinned.set(undefined);
  page.set(0);
  screensLarge.set(true);
}
