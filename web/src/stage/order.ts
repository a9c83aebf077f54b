import type { ItemId } from './compose.ts';

/** In which order the others are shown, and what led to it. */
export interface Order {
  others: readonly ItemId[];
  /** Whom to look at. */
  speaker: ItemId | undefined;
  /** Who spoke, the last first. */
  spoken: readonly ItemId[];
}

export const noOrder: Order = { others: [], speaker: undefined, spoken: [] };

export interface Now {
  /** The others who are here, in the order in which they came. */
  others: readonly ItemId[];
  /** Who speaks, if that is somebody else. */
  active: ItemId | undefined;
  /** Whether the speaker is shown large. */
  speakerLarge: boolean;
  /** How many of the others are on the first page. */
  firstPage: number;
}

/**
 * The order after a change. Who comes stands last. Who begins to speak on a later page changes places with who, on the first page, has been silent the
 * longest; who becomes large changes places with who was. So no more than two move.
 */
export function follow(before: Order, { others, active, speakerLarge, firstPage }: Now): Order {
  const here = new Set(others);
  const known = new Set(before.others);
  const kept = [...before.others.filter(id => here.has(id)), ...others.filter(id => !known.has(id))];
  const heard = active !== undefined && here.has(active) ? active : undefined;
  const spoken = heard
    ? [heard, ...before.spoken.filter(id => id !== heard && here.has(id))]
    : before.spoken.filter(id => here.has(id));
  const stays = before.speaker !== undefined && here.has(before.speaker) ? before.speaker : undefined;
  const speaker = heard ?? stays ?? kept[0];
  let order = kept;
  if (speakerLarge && speaker !== undefined && stays !== undefined) order = swapped(order, speaker, stays);
  else if (!speakerLarge && heard !== undefined) order = broughtForward(order, heard, spoken, firstPage);
  const next = { others: order, speaker, spoken };
  return isSame(before, next) ? before : next;
}

function broughtForward(
  order: readonly ItemId[],
  id: ItemId,
  spoken: readonly ItemId[],
  firstPage: number,
): ItemId[] {
  if (firstPage < 1 || order.indexOf(id) < firstPage) return [...order];
  const silence = (other: ItemId) => {
    const place = spoken.indexOf(other);
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  };
  const giving = order
    .slice(0, firstPage)
    .reduce((silent, other) => (silence(other) >= silence(silent) ? other : silent));
  return swapped(order, id, giving);
}

function swapped(order: readonly ItemId[], one: ItemId, other: ItemId): ItemId[] {
  return order.map(id => (id === one ? other : id === other ? one : id));
}

function isSame(one: Order, other: Order): boolean {
  const same = (a: readonly ItemId[], b: readonly ItemId[]) =>
    a.length === b.length && a.every((id, index) => id === b[index]);
  return one.speaker === other.speaker && same(one.others, other.others) && same(one.spoken, other.spoken);
}
