import type { CallSnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { useEffect, useState } from 'react';
import { useCall, useSession, useSpeakers } from '../call/sessionContext.ts';
import { useStore } from '../state/useStore.ts';
import { page as pageStore, pinned, screensLarge, stageChoice } from './choices.ts';
import {
  type Composition,
  compose,
  type ItemId,
  type LayoutName,
  layoutOf,
  personItem,
  screenItem,
} from './compose.ts';
import type { Rect, Size } from './geometry.ts';
import { follow, noOrder } from './order.ts';
import { type Places, place } from './place.ts';

export interface Placed extends Rect {
  role: 'tile' | 'large' | 'corner';
}

export interface Scene {
  layout: LayoutName;
  /** Whom to look at: who is pinned, else who speaks or spoke last. */
  lookedAt: ParticipantId | undefined;
  /** Where everything that can be seen lies. */
  placed: ReadonlyMap<ItemId, Placed>;
  places: Places;
}

/** What the stage shows in a space of this size, and where. */
export function useScene(size: Size): Scene {
  const call = useCall();
  const ownScreen = useStore(useSession().screen).status === 'on';
  const { activeSpeaker } = useSpeakers();
  const choice = useStore(stageChoice);
  const pin = useStore(pinned);
  const screens = screensOf(call);
  const layout = layoutOf({ people: choice.people, screensLarge: useStore(screensLarge) }, screens.length);
  const wanted = useStore(pageStore);

  const selfId = call.self?.id;
  const others = call.participants.map(({ id }) => personItem(id));
  const cast = {
    self: selfId && personItem(selfId),
    screens,
    ownScreen: ownScreen && selfId ? screenItem(selfId) : undefined,
    layout,
    selfView: choice.selfView,
    pinned: pin,
  };
  const sceneOf = ({ large, tiles, corner }: Composition) =>
    place({
      size,
      large: { count: large.items.length, kind: large.kind },
      tiles: tiles.length,
      corner: corner !== undefined,
      page: wanted,
    });

  // How many there is room for does not depend on who they are.
  const anyhow = compose({ ...cast, others, speaker: others[0] });
  const besides = anyhow.tiles.filter(item => !others.includes(item)).length;
  const [order, setOrder] = useState(noOrder);
  const next = follow(order, {
    others,
    active: activeSpeaker && activeSpeaker !== selfId ? personItem(activeSpeaker) : undefined,
    speakerLarge: layout === 'speaker' && pin === undefined,
    firstPage: Math.max(0, sceneOf(anyhow).perPage - besides),
  });
  if (next !== order) setOrder(next);

  const composition = compose({ ...cast, others: next.others, speaker: next.speaker });
  const places = sceneOf(composition);
  useEffect(() => pageStore.set(places.page), [places.page]);
  return {
    layout,
    lookedAt: lookedAt(call, pin, next.speaker),
    placed: placedOf(composition, places),
    places,
  };
}

/** Screens of others that can be shown, in the order in which people came. */
export function screensOf({ participants }: Pick<CallSnapshot, 'participants'>): ItemId[] {
  return participants
    .filter(({ media }) => media.screen && !media.screen.paused)
    .map(({ id }) => screenItem(id));
}

function lookedAt(
  { participants }: CallSnapshot,
  pin: ItemId | undefined,
  speaker: ItemId | undefined,
): ParticipantId | undefined {
  const person = (item: ItemId | undefined) => participants.find(({ id }) => personItem(id) === item)?.id;
  return person(pin) ?? person(speaker);
}

function placedOf({ large, tiles, corner }: Composition, places: Places): Map<ItemId, Placed> {
  const placed = new Map<ItemId, Placed>();
  const put = (items: readonly ItemId[], rects: readonly Rect[], role: Placed['role']) => {
    for (const [index, rect] of rects.entries()) {
      const item = items[index];
      if (item) placed.set(item, { ...rect, role });
    }
  };
  put(large.items, places.large, 'large');
  put(tiles.slice(places.first), places.tiles, 'tile');
  if (corner && places.corner) put([corner], [places.corner], 'corner');
  return placed;
}
