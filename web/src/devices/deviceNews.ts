import type { DeviceChoice, DeviceChoices } from './deviceChoices.ts';
import type { CaptureKind } from './localMedia.ts';

export type DeviceKind = CaptureKind | 'speaker';

/** What happened to devices that a person should know of. */
export type DeviceNews =
  /** The one in use is gone, and another took over. */
  | { what: 'replaced'; kind: CaptureKind; by: string }
  /** Something was plugged in. */
  | { what: 'found'; label: string; devices: Partial<Record<DeviceKind, string>> };

const lists = { microphone: 'microphones', camera: 'cameras', speaker: 'speakers' } as const;
const kinds = ['microphone', 'camera', 'speaker'] as const;

/**
 * The device that was plugged in between two listings, with all that it is: a headset is a microphone and a speaker. A kind of which
 * nothing was listed before may only have become visible.
 */
export function foundDevice(before: DeviceChoices, after: DeviceChoices): DeviceNews | undefined {
  const fresh = kinds.flatMap(kind =>
    newOnes(before[lists[kind]], after[lists[kind]]).map(choice => ({ kind, choice })),
  );
  const [first] = fresh;
  if (!first) return undefined;
  const { label, group } = first.choice;
  const parts = fresh.filter(
    ({ choice }) => choice === first.choice || (group !== undefined && choice.group === group),
  );
  return {
    what: 'found',
    label,
    devices: Object.fromEntries(parts.reverse().map(({ kind, choice }) => [kind, choice.id])),
  };
}

function newOnes(before: readonly DeviceChoice[], after: readonly DeviceChoice[]): DeviceChoice[] {
  if (before.length === 0) return [];
  return after.filter(({ id }) => id !== 'default' && before.every(known => known.id !== id));
}
