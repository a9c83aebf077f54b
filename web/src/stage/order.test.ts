import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemId } from './compose.ts';
import { follow, type Now, noOrder, type Order } from './order.ts';

const named = (name: string | number) => `person/${name}` as ItemId;
const item = fc.integer({ min: 1, max: 60 }).map(named);
const now: fc.Arbitrary<Now> = fc.record({
  others: fc.uniqueArray(item, { maxLength: 30 }),
  active: fc.option(item, { nil: undefined }),
  speakerLarge: fc.boolean(),
  firstPage: fc.integer({ min: 0, max: 12 }),
});
const history = fc.array(now, { maxLength: 6 }).map(all => all.reduce<Order>(follow, noOrder));

/** What `follow` would do if nobody spoke. */
const quiet = (before: Order, { others }: Now) =>
  follow(before, { others, active: undefined, speakerLarge: false, firstPage: 0 }).others;

describe('the order of tiles', () => {
  it('has everybody who is here, once', () => {
    fc.assert(
      fc.property(history, now, (before, next) => {
        expect([...follow(before, next).others].sort()).toEqual([...next.others].sort());
      }),
    );
  });

  it('moves no more than two when somebody speaks', () => {
    fc.assert(
      fc.property(history, now, (before, next) => {
        const still = quiet(before, next);
        const moved = follow(before, next).others.filter((id, index) => id !== still[index]);
        expect(moved.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('has who speaks on the first page', () => {
    fc.assert(
      fc.property(history, now, (before, next) => {
        fc.pre(!next.speakerLarge && next.firstPage > 0);
        fc.pre(next.active !== undefined && next.others.includes(next.active));
        const { others } = follow(before, next);
        expect(others.slice(0, next.firstPage)).toContain(next.active);
      }),
    );
  });

  it('stays the same object when nothing changes', () => {
    fc.assert(
      fc.property(history, now, (before, next) => {
        const after = follow(before, next);
        fc.pre(!next.speakerLarge);
        expect(follow(after, next)).toBe(after);
      }),
    );
  });

  it('takes the place of who has been silent the longest', () => {
    const [a, b, c, d] = [named('a'), named('b'), named('c'), named('d')];
    const others = [a, b, c, d];
    const says = (before: Order, active: ItemId | undefined) =>
      follow(before, { others, active, speakerLarge: false, firstPage: 2 });
    const first = says(noOrder, a);
    expect(says(first, d).others).toEqual([a, d, c, b]);
  });

  it('leaves the place of who becomes large to who was', () => {
    const [a, b, c] = [named('a'), named('b'), named('c')];
    const others = [a, b, c];
    const says = (before: Order, active: ItemId | undefined) =>
      follow(before, { others, active, speakerLarge: true, firstPage: 9 });
    const first = says(noOrder, undefined);
    expect(first.speaker).toBe(a);
    expect(says(first, c)).toMatchObject({ speaker: c, others: [c, b, a] });
  });
});
