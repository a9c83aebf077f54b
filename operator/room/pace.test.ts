import type { RoomKey } from '@parley/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MovePace, type PacedRoom } from './pace.ts';

const key = (name: string) => `default/${name}` as RoomKey;
const crowd = (people: Record<string, number>): PacedRoom[] =>
  Object.entries(people).map(([name, count]) => ({ room: key(name), people: count }));

/** Asks for every room that is still there whenever the first of them is to ask again. @returns who went when. */
function leave(pace: MovePace, rooms: PacedRoom[], graceEndsAt?: number, ask = rooms): [string, number][] {
  const gone: [string, number][] = [];
  let now = 0;
  const left = () => ask.filter(({ room }) => !gone.some(([name]) => name === room));
  for (let round = 0; left().length > 0; round += 1) {
    if (round > 10 * rooms.length) throw new Error('It does not come to an end.');
    const waits = left().map(({ room }) => {
      const queue = rooms.filter(one => !gone.some(([name]) => name === one.room));
      const waitMs = pace.waitMs({ pod: 'a', room, queue, graceEndsAt, now });
      if (waitMs === 0) gone.push([room, now]);
      return waitMs;
    });
    now += Math.min(...waits.filter(ms => ms > 0), Number.MAX_SAFE_INTEGER);
  }
  return gone;
}

describe('MovePace', () => {
  test('lets the room with most people go first, and one after the other', () => {
    const gone = leave(new MovePace(2), crowd({ few: 1, many: 9, some: 4 }));
    expect(gone).toEqual([
      [key('many'), 0],
      [key('some'), 500],
      [key('few'), 1000],
    ]);
  });

  test('is not held up by a room that has nowhere to go', () => {
    const rooms = crowd({ stuck: 9, fine: 1 });
    const gone = leave(
      new MovePace(2),
      rooms,
      undefined,
      rooms.filter(({ people }) => people === 1),
    );
    expect(gone).toEqual([[key('fine'), 500]]);
  });

  test('those that missed their turns do not go all at once', () => {
    const pace = new MovePace(1);
    const queue = crowd({ a: 3, b: 2, c: 1 });
    const ask = (name: string, now: number) =>
      pace.waitMs({ pod: 'x', room: key(name), queue, graceEndsAt: undefined, now });
    expect(ask('c', 0)).toBe(2000);
    const gone = ['a', 'b', 'c'].map(name => ask(name, 10_000));
    expect(gone.filter(ms => ms === 0)).toHaveLength(1);
    expect(gone.filter(ms => ms > 0)).toEqual([1000, 2000]);
  });

  test('who comes a moment late keeps the place before those whose turn is later', () => {
    const pace = new MovePace(2);
    const queue = crowd({ many: 5, some: 3, few: 1 });
    const ask = (name: string, now: number) =>
      pace.waitMs({ pod: 'x', room: key(name), queue, graceEndsAt: undefined, now });
    expect([ask('few', 0), ask('many', 40), ask('some', 500)]).toEqual([1000, 0, 40]);
    expect([ask('some', 540), ask('few', 1000), ask('few', 1040)]).toEqual([0, 40, 0]);
  });

  test('pods have a pace each', () => {
    const pace = new MovePace(1);
    const ask = (pod: string) =>
      pace.waitMs({ pod, room: key(pod), queue: crowd({ [pod]: 1 }), graceEndsAt: undefined, now: 0 });
    expect(['a', 'b'].map(ask)).toEqual([0, 0]);
  });

  test('hurries so that all are away before the grace of their pod ends', () => {
    const rooms = crowd(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`r${index}`, 1])));
    const gone = leave(new MovePace(1), rooms, 60_000);
    expect(Math.max(...gone.map(([, at]) => at))).toBeLessThanOrEqual(30_000);
    const late = leave(new MovePace(1), rooms, 10_000);
    expect(late.every(([, at]) => at === 0)).toBe(true);
  });

  test('whoever asks when: never more than the setting says, and all of them in the end', () => {
    const rooms = fc.uniqueArray(fc.nat({ max: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rooms, fc.integer({ min: 1, max: 10 }), (sizes, perSecond) => {
        const queue = crowd(Object.fromEntries(sizes.map(size => [`r${size}`, size])));
        const gone = leave(new MovePace(perSecond), queue);
        expect(gone).toHaveLength(queue.length);
        const times = gone.map(([, at]) => at);
        for (const [index, at] of times.entries())
          if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000 / perSecond - 1e-6);
        expect(gone.map(([name]) => Number(name.slice('default/r'.length)))).toEqual(
          [...sizes].sort((a, b) => b - a),
        );
      }),
    );
  });
});
