import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instance, makeSfu, makeView } from '../test/make.ts';
import { placeRoom } from './place.ts';

const empty = () => 0;
const facts = { pool: 'default', seat: undefined, roomsOn: empty };
const load = (counts: Record<string, number>) => (pod: string) => counts[pod] ?? 0;

describe('placeRoom', () => {
  test('waits for a pool that is not there', () => {
    expect(placeRoom({ ...facts, view: undefined })).toMatchObject({
      state: 'waiting',
      reason: 'PoolNotFound',
    });
  });

  test('takes the fullest SFU that has space', () => {
    const view = makeView([makeSfu('a'), makeSfu('b', 2), makeSfu('c', 3)]);
    const place = placeRoom({ ...facts, view, roomsOn: load({ a: 0, b: 1, c: 2 }) });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'b' } });
  });

  test('keeps the SFU while it lives, even if it takes no new rooms or the pool is refused', () => {
    const view = makeView([makeSfu('a', 1, false), makeSfu('b', 2)], { refusal: 'No.' });
    const place = placeRoom({ ...facts, view, seat: { pod: 'a', instance: instance(1) } });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a' } });
  });

  test('keeps the pod whatever its instance where only the status said so', () => {
    const view = makeView([makeSfu('a', 7), makeSfu('b', 2)]);
    const place = placeRoom({
      ...facts,
      view,
      seat: { pod: 'a', instance: undefined },
      roomsOn: load({ a: 2, b: 1 }),
    });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a', instance: instance(7) } });
  });

  test('goes back to a full pod whose new instance it has a place on already', () => {
    const view = makeView([makeSfu('a', 2)]);
    const place = placeRoom({
      ...facts,
      view,
      seat: { pod: 'a', instance: instance(1) },
      roomsOn: load({ a: 2 }),
    });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a', instance: instance(2) } });
  });

  test('says whether the pool is full or an SFU is on its way', () => {
    const roomsOn = load({ a: 2 });
    const full = makeView([makeSfu('a')]);
    expect(placeRoom({ ...facts, view: full, roomsOn })).toMatchObject({ reason: 'PoolFull' });
    expect(placeRoom({ ...facts, view: { ...full, mayGrow: true }, roomsOn })).toMatchObject({
      reason: 'WaitingForSfu',
    });
    expect(placeRoom({ ...facts, view: makeView([]), roomsOn })).toMatchObject({ reason: 'WaitingForSfu' });
    expect(placeRoom({ ...facts, view: makeView([], { struggling: true }), roomsOn })).toMatchObject({
      reason: 'WaitingForSfu',
      message: expect.stringContaining('kubectl describe mediapool default'),
    });
    expect(placeRoom({ ...facts, view: makeView([makeSfu('a')], { refusal: 'No.' }) })).toEqual({
      state: 'waiting',
      reason: 'PoolNotReady',
      message: 'No.',
    });
  });

  test('never overfills an SFU, never uses one that takes no rooms, and uses as few as it can', () => {
    const sfus = fc.array(fc.boolean(), { maxLength: 6 });
    fc.assert(
      fc.property(sfus, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 40 }), (takes, roomsPerPod, rooms) => {
        const view = makeView(
          takes.map((taking, index) => makeSfu(`sfu-${index}`, index, taking)),
          { roomsPerPod },
        );
        const counts: Record<string, number> = {};
        let placed = 0;
        for (let room = 0; room < rooms; room += 1) {
          const place = placeRoom({ ...facts, view, roomsOn: load(counts) });
          if (place.state !== 'placed') continue;
          counts[place.sfu.pod] = (counts[place.sfu.pod] ?? 0) + 1;
          placed += 1;
        }
        const takers = view.sfus.filter(sfu => sfu.takesRooms);
        expect(placed).toBe(Math.min(rooms, takers.length * roomsPerPod));
        expect(Object.values(counts).every(count => count <= roomsPerPod)).toBe(true);
        expect(Object.keys(counts).every(pod => takers.some(sfu => sfu.pod === pod))).toBe(true);
        expect(Object.keys(counts)).toHaveLength(Math.ceil(placed / roomsPerPod));
      }),
    );
  });
});
