import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instance, makeSfu, makeView } from '../test/make.ts';
import { hasSpace, placeRoom } from './place.ts';

const load = (counts: Record<string, number>, dedicated: string[] = []) => ({
  others: (pod: string) => ({
    rooms: counts[pod] ?? 0,
    dedicated: dedicated.includes(pod) ? 1 : 0,
    spread: 0,
  }),
});
const facts = { pool: 'default', seat: undefined, dedicated: false, inUse: false, ...load({}) };

describe('placeRoom', () => {
  test('waits for a pool that is not there', () => {
    expect(placeRoom({ ...facts, view: undefined })).toMatchObject({
      state: 'waiting',
      reason: 'PoolNotFound',
    });
  });

  test('takes the fullest SFU that has space', () => {
    const view = makeView([makeSfu('a'), makeSfu('b', 2), makeSfu('c', 3)]);
    const place = placeRoom({ ...facts, view, ...load({ a: 0, b: 1, c: 2 }) });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'b' } });
  });

  test('spreads over the emptiest where the pool says so', () => {
    const view = makeView([makeSfu('a'), makeSfu('b', 2)], { roomsPerPod: 9, placement: 'Spread' });
    const place = placeRoom({ ...facts, view, ...load({ a: 2, b: 1 }) });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'b' } });
  });

  test('prefers pods that are up to date, and takes others rather than wait', () => {
    const view = makeView([makeSfu('a', 1, { fresh: false }), makeSfu('b', 2)]);
    expect(placeRoom({ ...facts, view, ...load({ a: 1 }) })).toMatchObject({ sfu: { pod: 'b' } });
    expect(placeRoom({ ...facts, view, ...load({ b: 2 }) })).toMatchObject({ sfu: { pod: 'a' } });
  });

  test('spares SFUs whose workers are taken, however few rooms they have, as long as another has space', () => {
    const view = makeView([makeSfu('a', 1, { used: 0.95 }), makeSfu('b', 2, { used: 0.2, fresh: false })]);
    expect(placeRoom({ ...facts, view, ...load({ a: 1 }) })).toMatchObject({ sfu: { pod: 'b' } });
    expect(placeRoom({ ...facts, view, ...load({ a: 1, b: 2 }) })).toMatchObject({ sfu: { pod: 'a' } });
  });

  test('leaves a pod that goes, with people in it only once another has space', () => {
    const leaving = makeSfu('a', 1, { takesRooms: false, leaving: 'PodDeleted' });
    const seat = { pod: 'a', instance: instance(1) };
    const view = makeView([leaving, makeSfu('b', 2)]);
    expect(placeRoom({ ...facts, view, seat, inUse: true })).toMatchObject({ sfu: { pod: 'b' } });
    expect(placeRoom({ ...facts, view, seat })).toMatchObject({ sfu: { pod: 'b' } });
    const full = { ...facts, view, seat, ...load({ b: 2 }) };
    expect(placeRoom({ ...full, inUse: true })).toMatchObject({ sfu: { pod: 'a' } });
    expect(placeRoom(full)).toMatchObject({ state: 'waiting' });
    const alone = makeView([leaving]);
    expect(placeRoom({ ...facts, view: alone, seat, inUse: true })).toMatchObject({ sfu: { pod: 'a' } });
    expect(placeRoom({ ...facts, view: alone, seat })).toMatchObject({ reason: 'WaitingForSfu' });
    const ending = makeView([leaving], { refusal: 'MediaPool "default" is being deleted.' });
    expect(placeRoom({ ...facts, view: ending, seat })).toMatchObject({ reason: 'PoolNotReady' });
    expect(placeRoom({ ...facts, view: ending, seat, inUse: true })).toMatchObject({ state: 'placed' });
  });

  test('people do not go to an SFU whose workers are taken so that the pool has a pod less', () => {
    const seat = { pod: 'a', instance: instance(1) };
    const leave = (leaving: 'ScaleIn' | 'PodDeleted') => {
      const view = makeView([makeSfu('a', 1, { takesRooms: false, leaving }), makeSfu('b', 2, { used: 1 })]);
      return placeRoom({ ...facts, view, seat, inUse: true });
    };
    expect(leave('ScaleIn')).toMatchObject({ sfu: { pod: 'a' } });
    expect(leave('PodDeleted')).toMatchObject({ sfu: { pod: 'b' } });
  });

  describe('with dedicated rooms', () => {
    const view = makeView([makeSfu('a'), makeSfu('b', 2), makeSfu('c', 3)], { roomsPerPod: 9 });

    test('puts a dedicated room on an empty pod only', () => {
      const dedicated = { ...facts, view, dedicated: true };
      expect(placeRoom({ ...dedicated, ...load({ a: 1, b: 3 }) })).toMatchObject({ sfu: { pod: 'c' } });
      expect(placeRoom({ ...dedicated, ...load({ a: 1, b: 1, c: 1 }) })).toMatchObject({
        reason: 'PoolFull',
        message: expect.stringContaining('is empty (pods: 3), as a dedicated room needs it'),
      });
    });

    test('puts no room beside a dedicated one', () => {
      const place = placeRoom({ ...facts, view, ...load({ a: 1, b: 1, c: 1 }, ['a', 'b']) });
      expect(place).toMatchObject({ sfu: { pod: 'c' } });
      const full = placeRoom({ ...facts, view, ...load({ a: 1, b: 1, c: 1 }, ['a', 'b', 'c']) });
      expect(full).toMatchObject({ reason: 'PoolFull' });
    });

    test('a room that became dedicated moves once nobody is in it and a pod is empty', () => {
      const seat = { pod: 'a', instance: instance(1) };
      const became = { ...facts, view, seat, dedicated: true };
      const crowded = load({ a: 1, b: 1, c: 1 });
      const relaxed = load({ a: 1, b: 1 });
      expect(placeRoom({ ...became, ...relaxed, inUse: true })).toMatchObject({ sfu: { pod: 'a' } });
      expect(placeRoom({ ...became, ...crowded })).toMatchObject({ sfu: { pod: 'a' } });
      expect(placeRoom({ ...became, ...relaxed })).toMatchObject({ sfu: { pod: 'c' } });
      // So does a room that another one beside it should be rid of.
      expect(placeRoom({ ...facts, view, seat, ...load({ a: 1 }, ['a']) })).toMatchObject({
        sfu: { pod: 'b' },
      });
    });

    test('any sequence of rooms keeps dedicated ones alone', () => {
      const wishes = fc.array(fc.boolean(), { maxLength: 12 });
      fc.assert(
        fc.property(wishes, fc.constantFrom('Packed', 'Spread'), (dedicated, placement) => {
          const counts: Record<string, number> = {};
          const alone: string[] = [];
          for (const wants of dedicated) {
            const some = { ...view, placement: placement as 'Packed' | 'Spread' };
            const place = placeRoom({ ...facts, view: some, dedicated: wants, ...load(counts, alone) });
            if (place.state !== 'placed') continue;
            counts[place.sfu.pod] = (counts[place.sfu.pod] ?? 0) + 1;
            if (wants) alone.push(place.sfu.pod);
          }
          expect(alone.every(pod => counts[pod] === 1)).toBe(true);
        }),
      );
    });
  });

  test('keeps the SFU while it lives, even if it takes no new rooms or the pool is refused', () => {
    const view = makeView([makeSfu('a', 1, { takesRooms: false }), makeSfu('b', 2)], { refusal: 'No.' });
    const place = placeRoom({ ...facts, view, seat: { pod: 'a', instance: instance(1) } });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a' } });
  });

  test('keeps the pod whatever its instance where only the status said so', () => {
    const view = makeView([makeSfu('a', 7), makeSfu('b', 2)]);
    const place = placeRoom({
      ...facts,
      view,
      seat: { pod: 'a', instance: undefined },
      ...load({ a: 2, b: 1 }),
    });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a', instance: instance(7) } });
  });

  test('goes back to a full pod whose new instance it has a place on already', () => {
    const view = makeView([makeSfu('a', 2)]);
    const place = placeRoom({
      ...facts,
      view,
      seat: { pod: 'a', instance: instance(1) },
      ...load({ a: 1 }),
    });
    expect(place).toMatchObject({ state: 'placed', sfu: { pod: 'a', instance: instance(2) } });
  });

  test('says whether the pool is full or an SFU is on its way', () => {
    const crowd = load({ a: 2 });
    const full = makeView([makeSfu('a')]);
    expect(placeRoom({ ...facts, view: full, ...crowd })).toMatchObject({ reason: 'PoolFull' });
    expect(placeRoom({ ...facts, view: { ...full, mayGrow: true }, ...crowd })).toMatchObject({
      reason: 'WaitingForSfu',
    });
    expect(placeRoom({ ...facts, view: makeView([]), ...crowd })).toMatchObject({ reason: 'WaitingForSfu' });
    expect(placeRoom({ ...facts, view: makeView([], { struggling: true }), ...crowd })).toMatchObject({
      reason: 'WaitingForSfu',
      message: expect.stringContaining('kubectl describe mediapool default'),
    });
    expect(placeRoom({ ...facts, view: makeView([makeSfu('a')], { refusal: 'No.' }) })).toEqual({
      state: 'waiting',
      reason: 'PoolNotReady',
      message: 'No.',
    });
  });

  test('rooms in use leave SFUs that go and no others, for such as stay, as far as these have space', () => {
    const sfus = fc.array(fc.constantFrom('stays', 'full', 'goes'), { minLength: 1, maxLength: 5 });
    const seats = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(sfus, seats, (states, rooms) => {
        const all = states.map((state, index) =>
          makeSfu(`sfu-${index}`, index, {
            takesRooms: state === 'stays',
            leaving: state === 'goes' ? 'PodDeleted' : undefined,
          }),
        );
        const view = makeView(all, { roomsPerPod: 3 });
        const at = rooms.map(([seat, dedicated]) => ({ sfu: all[seat % all.length], dedicated }));
        const others = (except: number) => (pod: string) => {
          const there = at.filter(({ sfu }, index) => sfu?.pod === pod && index !== except);
          const alone = there.filter(({ dedicated }) => dedicated).length;
          return { rooms: there.length, dedicated: alone, spread: 0 };
        };
        /** Looks at each room once. @returns how many moved. */
        const pass = () => {
          let moved = 0;
          for (const [index, room] of at.entries()) {
            const { sfu: from, dedicated } = room;
            if (!from) continue;
            const seat = { pod: from.pod, instance: from.instance };
            const place = placeRoom({ ...facts, view, seat, dedicated, inUse: true, others: others(index) });
            if (place.state !== 'placed') throw new Error('A room in use lost its place.');
            if (place.sfu === from) continue;
            expect(from.leaving).toBeDefined();
            expect(place.sfu).toMatchObject({ leaving: undefined, takesRooms: true });
            room.sfu = place.sfu;
            moved += 1;
          }
          return moved;
        };
        pass();
        // What could go has gone, and nothing goes to and fro.
        expect(pass()).toBe(0);
        for (const [index, { sfu, dedicated }] of at.entries()) {
          if (sfu?.leaving === undefined) continue;
          const takers = all.filter(({ takesRooms }) => takesRooms).map(({ pod }) => others(index)(pod));
          expect(takers.some(load => hasSpace(load, dedicated, 3))).toBe(false);
        }
      }),
    );
  });

  test('never overfills an SFU, never uses one that takes no rooms, and uses as few as it can', () => {
    const sfus = fc.array(fc.boolean(), { maxLength: 6 });
    fc.assert(
      fc.property(sfus, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 40 }), (takes, roomsPerPod, rooms) => {
        const view = makeView(
          takes.map((taking, index) => makeSfu(`sfu-${index}`, index, { takesRooms: taking })),
          { roomsPerPod },
        );
        const counts: Record<string, number> = {};
        let placed = 0;
        for (let room = 0; room < rooms; room += 1) {
          const place = placeRoom({ ...facts, view, ...load(counts) });
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
