import type { ParticipantId } from '@parley/protocol';

/** Somebody's picture or screen on the stage. */
export type ItemId = `person/${ParticipantId}` | `screen/${ParticipantId}`;

export const personItem = (id: ParticipantId): ItemId => `person/${id}`;
export const screenItem = (id: ParticipantId): ItemId => `screen/${id}`;

export type LayoutName = 'gallery' | 'speaker' | 'screen';
export type SelfView = 'corner' | 'tile' | 'hidden';

export interface Cast {
  /** Everybody else, in the order to show them in. */
  others: readonly ItemId[];
  self: ItemId | undefined;
  /** Screens of others. */
  screens: readonly ItemId[];
  ownScreen: ItemId | undefined;
  layout: LayoutName;
  selfView: SelfView;
  pinned: ItemId | undefined;
  /** Whom to show large in the layout `speaker`. */
  speaker: ItemId | undefined;
}

export interface Composition {
  large: { items: readonly ItemId[]; kind: 'people' | 'screens' };
  tiles: readonly ItemId[];
  corner: ItemId | undefined;
}

/** Who or what is large, and who is beside it. One's own screen is never large by itself, as one sees it anyway. */
export function compose(cast: Cast): Composition {
  const { others, self, screens, ownScreen, selfView } = cast;
  const everything = [...screens, ...present(ownScreen), ...present(self), ...others];
  const large = largeOf(cast, everything);
  const beside = everything.filter(item => !large.includes(item));
  const ownBeside = self !== undefined && beside.includes(self);
  const two = others.length === 1 && screens.length === 0 && !ownScreen;
  const corner = ownBeside && two && selfView === 'corner' ? self : undefined;
  const hidden = ownBeside && others.length > 0 && selfView === 'hidden' ? self : undefined;
  return {
    large: { items: large, kind: large.some(isScreen) ? 'screens' : 'people' },
    tiles: beside.filter(item => item !== corner && item !== hidden),
    corner,
  };
}

export function isScreen(item: ItemId): boolean {
  return item.startsWith('screen/');
}

function largeOf(
  { layout, screens, pinned, speaker }: Cast,
  everything: readonly ItemId[],
): readonly ItemId[] {
  if (pinned && everything.includes(pinned)) return [pinned];
  switch (layout) {
    case 'screen':
      return screens;
    case 'speaker':
      return present(speaker);
    case 'gallery':
      return [];
  }
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

interface Wish {
  people: 'gallery' | 'speaker';
  /** Whether screens are made large while somebody shares one. */
  screensLarge: boolean;
}

/** The layout that is wanted, of those that there is something for. */
export function layoutOf({ people, screensLarge }: Wish, screens: number): LayoutName {
  return screens > 0 && screensLarge ? 'screen' : people;
}

/** The layouts that one can choose from. */
export function layoutsFor(screens: number): readonly LayoutName[] {
  return screens > 0 ? ['gallery', 'speaker', 'screen'] : ['gallery', 'speaker'];
}
