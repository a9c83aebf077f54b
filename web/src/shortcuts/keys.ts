/** Keys that do something during a call, by what they do. Letters mean the key with that letter on it, whatever it writes. */
export const shortcutKeys = {
  microphone: 'm',
  talk: ' ',
  camera: 'v',
  screen: 's',
  hand: 'h',
  reactions: 'r',
  chat: 'c',
  people: 'p',
  layout: 'l',
  previousPage: 'PageUp',
  nextPage: 'PageDown',
  fullScreen: 'f',
  pictureInPicture: 'i',
  audioOnly: 'a',
  sheet: '?',
} as const;

export type ShortcutId = keyof typeof shortcutKeys;

export const shortcutIds = Object.keys(shortcutKeys) as ShortcutId[];

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/**
 * What a pressed key is for. With Ctrl, Alt or Meta it belongs to the browser. On keyboards that write other letters the key counts by its place
 * (`KeyboardEvent.code` of W3C UI Events).
 */
export function shortcutOf({ key, code, ctrlKey, altKey, metaKey }: Pressed): ShortcutId | undefined {
  // A field that the browser fills in by itself has a press of no key.
  if (ctrlKey || altKey || metaKey || typeof key !== 'string') return undefined;
  const isLatin = /^[ -~]$/.test(key) || key.length > 1;
  const meant = isLatin ? key.toLowerCase() : /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  return shortcutIds.find(id => shortcutKeys[id].toLowerCase() === meant);
}

/** As `aria-keyshortcuts` (WAI-ARIA 1.2) names a key. */
export function ariaKey(id: ShortcutId): string {
  const key = shortcutKeys[id];
  if (key === ' ') return 'Space';
  return key.length === 1 ? key.toUpperCase() : key;
}
