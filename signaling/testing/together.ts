import type { RoomSnapshot } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect } from 'vitest';
import type { Guest } from './guest.ts';

/** Machines that are busy with other tests take their time. */
const patienceMs = 30_000;

/** Everybody sees the room as the server does; answers what that is. */
export function agree(people: Guest[]): Promise<RoomSnapshot> {
  return eventually(
    'all to see the room as the server does',
    async () => {
      const served = await people[0]?.served();
      const views = people.map(({ view }) => view);
      if (!served || views.some(view => view?.seq !== served.seq)) return false;
      for (const view of views) expect(view && byId(view)).toEqual(byId(served));
      return served;
    },
    patienceMs,
  );
}

/** Everybody has read the same, each of `texts` once and nothing else. */
export async function haveRead(people: Guest[], texts: string[]): Promise<void> {
  const [first] = people;
  const read = () =>
    people.every(({ texts: read }) => read.length >= texts.length && read.join() === first?.texts.join());
  // What each of them lacks says more than that they waited.
  await eventually('all to have read all', read, patienceMs).catch(() => {});
  for (const { texts: read } of people) expect(read.toSorted()).toEqual(texts.toSorted());
  expect(people.map(({ texts: read }) => read)).toEqual(people.map(() => first?.texts));
}

/** Who was there before one came stands first in one's own view. */
function byId(snapshot: RoomSnapshot): RoomSnapshot {
  const participants = snapshot.participants.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return { ...snapshot, participants };
}
