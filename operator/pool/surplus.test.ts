import { describe, expect, test } from 'vitest';
import { makeMember } from '../test/make.ts';
import type { Member } from './member.ts';
import { ripeSurplus } from './surplus.ts';

const [empty, busy] = [makeMember('empty'), makeMember('busy', { people: 1 })];
const names = (members: Member[]) => members.map(({ pod }) => pod.metadata.name);

describe('pods that are too many', () => {
  const ask = (now: number, surplus: Member[], emptying: Member[], since: readonly number[] = []) => {
    const ripe = ripeSurplus({ surplus, emptying, since, delayMs: 60, now });
    return { ...ripe, go: names(ripe.go), emptying: names(ripe.emptying) };
  };

  test('go once they have been so for a while', () => {
    const first = ask(0, [empty], []);
    expect(first).toEqual({ go: [], emptying: [], since: [0], waitMs: 60 });
    expect(ask(59, [empty], [], first.since)).toEqual({ go: [], emptying: [], since: [0], waitMs: 1 });
    expect(ask(60, [empty], [], first.since)).toEqual({
      go: ['empty'],
      emptying: [],
      since: [],
      waitMs: undefined,
    });
  });

  test('take no more rooms after the same while, if people are on them', () => {
    expect(ask(59, [], [busy], [0]).emptying).toEqual([]);
    expect(ask(60, [], [busy], [0])).toEqual({ go: [], emptying: ['busy'], since: [0], waitMs: undefined });
  });

  test('have their own time, however long others wait for their people', () => {
    const before = ask(1000, [], [busy], [0]);
    const others = [makeMember('a'), makeMember('b')];
    const now = ask(1001, others, [busy], before.since);
    expect(now).toEqual({ go: ['a'], emptying: [], since: [1001, 1001], waitMs: 60 });
    const later = ask(1061, others.slice(1), [busy], now.since);
    expect(later).toEqual({ go: ['b'], emptying: ['busy'], since: [1001], waitMs: undefined });
  });

  test('count anew when there were fewer of them meanwhile', () => {
    const fewer = ask(50, [empty], [], [0, 0]);
    expect(ask(60, [empty, busy], [], fewer.since)).toMatchObject({ go: ['empty'], since: [60], waitMs: 60 });
  });
});
