import { describe, expect, test } from 'vitest';
import type { Sfu } from '../pool/view.ts';
import { makeSfu, makeView } from '../test/make.ts';
import { after, maxSfus, nextStep, type SpreadFacts, withReplacements } from './spread.ts';

const sfu = (pod: string, used = 0, more: Partial<Sfu> = {}): Sfu =>
  makeSfu(pod, pod.charCodeAt(0), {
    used,
    pressure: used >= 0.9 ? 'full' : used >= 0.7 ? 'high' : 'low',
    meshes: true,
    ...more,
  });
const nobody = { rooms: 0, dedicated: 0, spread: 0 };
/** A room on the first so many of these SFUs. */
const facts = (sfus: Sfu[], on = 1, more: Partial<SpreadFacts> = {}): SpreadFacts => ({
  view: makeView(sfus),
  sfus: sfus.slice(0, on),
  people: 20,
  dedicated: false,
  isMoving: false,
  share: () => 1,
  isLargestOn: () => true,
  isRelieved: () => false,
  others: () => nobody,
  isCutOff: () => false,
  reaches: () => true,
  ...more,
});
const podsAfter = (one: SpreadFacts) => after(one.sfus, nextStep(one)).map(({ pod }) => pod);

describe('growing', () => {
  const [a, b] = [sfu('a', 0.75), sfu('b', 0.2)];

  test('a room goes on on another SFU before the one that it has is full', () => {
    expect(nextStep(facts([sfu('a', 0.65), b]))).toEqual({ type: 'stay' });
    expect(nextStep(facts([a, b]))).toEqual({ type: 'grow', by: b });
    expect(podsAfter(facts([a, b]))).toEqual(['a', 'b']);
  });

  test('only when all that it has are filling up', () => {
    expect(podsAfter(facts([a, b, sfu('c')], 2))).toEqual(['a', 'b']);
    expect(podsAfter(facts([a, sfu('b', 0.9), sfu('c')], 2))).toEqual(['a', 'b', 'c']);
  });

  test('one who is alone goes nowhere, and a room cannot grow without end', () => {
    expect(podsAfter(facts([a, b], 1, { people: 1 }))).toEqual(['a']);
    const many = Array.from({ length: maxSfus + 1 }, (_, index) => sfu(`sfu-${index}`, 0.8));
    const last = { ...sfu('last'), pod: 'last' };
    expect(nextStep(facts([...many.slice(0, maxSfus), last], maxSfus))).toEqual({ type: 'stay' });
  });

  test('of the rooms on an SFU it is the largest, and all where it is full', () => {
    const small = { isLargestOn: () => false };
    expect(nextStep(facts([a, b], 1, small))).toEqual({ type: 'stay' });
    expect(nextStep(facts([sfu('a', 0.95), b], 1, small))).toEqual({ type: 'grow', by: b });
    // It is enough that one of them goes.
    expect(nextStep(facts([sfu('a', 0.95), b], 1, { ...small, isRelieved: () => true }))).toEqual({
      type: 'stay',
    });
  });

  test('the room lacks an SFU where none has space for it', () => {
    const lack = (sfus: Sfu[], more: Partial<SpreadFacts> = {}) => nextStep(facts(sfus, 1, more)).type;
    expect(lack([a])).toBe('lack');
    expect(lack([a, sfu('b', 0.71)])).toBe('lack');
    expect(lack([a, sfu('b', 0, { takesRooms: false })])).toBe('lack');
    expect(lack([a, b], { others: () => ({ ...nobody, rooms: 2 }) })).toBe('lack');
    expect(lack([a, b], { others: () => ({ ...nobody, rooms: 1, dedicated: 1 }) })).toBe('lack');
    const shared = { dedicated: true, others: () => ({ ...nobody, rooms: 1 }) };
    expect(lack([a, b], shared)).toBe('lack');
    expect(lack([a, b], { dedicated: true })).toBe('grow');
    expect(lack([a, b], { reaches: () => false })).toBe('lack');
  });

  test('not between SFUs of which one cannot share a room, nor in a pool that takes no rooms', () => {
    expect(nextStep(facts([sfu('a', 0.8, { meshes: false }), b])).type).toBe('stay');
    expect(nextStep(facts([a, sfu('b', 0, { meshes: false })])).type).toBe('lack');
    const ending = makeView([a, b], { refusal: 'It is being deleted.' });
    expect(nextStep(facts([a, b], 1, { view: ending })).type).toBe('stay');
  });

  test('it takes one of the zone of its main SFU, then one that is up to date, then the one with most room', () => {
    const pick = (...others: Sfu[]) => podsAfter(facts([sfu('a', 0.8, { zone: 'east' }), ...others]))[1];
    const east = { zone: 'east' };
    expect(pick(sfu('b', 0, { zone: 'west' }), sfu('c', 0.6, east))).toBe('c');
    expect(pick(sfu('b', 0, { ...east, fresh: false }), sfu('c', 0.6, east))).toBe('c');
    expect(pick(sfu('b', 0.45, east), sfu('c', 0.3, east))).toBe('c');
    expect(podsAfter(facts([a, sfu('b', 0.4, { zone: 'west' }), sfu('c', 0.3)]))[1]).toBe('c');
  });

  test('one that goes is no help, however empty it is', () => {
    const going = sfu('a', 0.1, { leaving: 'PodDeleted', takesRooms: false });
    const view = makeView([going, sfu('b', 0.8)], { mayGrow: true });
    const both = facts([going, sfu('b', 0.8)], 2, { view, share: () => 0.5 });
    expect(nextStep(both).type).toBe('lack');
  });
});

describe('shrinking', () => {
  const leaves = (sfus: Sfu[], more: Partial<SpreadFacts> = {}) => {
    const step = nextStep(facts(sfus, sfus.length, more));
    return step.type === 'leave' && step.why === 'Fits' ? step.sfu.pod : undefined;
  };

  test('a room leaves an SFU when the others carry all well below what makes it grow', () => {
    expect(leaves([sfu('a', 0.3), sfu('b', 0.2)])).toBe('b');
    expect(leaves([sfu('a', 0.3), sfu('b', 0.3)])).toBeUndefined();
    expect(leaves([sfu('a', 0.35), sfu('b', 0.35), sfu('c', 0.4)])).toBeUndefined();
    expect(leaves([sfu('a', 0.2), sfu('b', 0.2), sfu('c', 0.4)])).toBe('b');
  });

  test('what it has on an SFU counts, not what others have there', () => {
    expect(leaves([sfu('a', 0.3), sfu('b', 0.9)], { share: () => 0.1 })).toBe('b');
  });

  test('one on which nobody is yet stays while the others are filling up', () => {
    expect(leaves([sfu('a', 0.6), sfu('b', 0)])).toBeUndefined();
  });

  test('it leaves the main one where that is the only way, and one of another zone rather than another', () => {
    expect(leaves([sfu('a', 0.8), sfu('b', 0.1)], { share: ({ pod }) => (pod === 'a' ? 0.1 : 1) })).toBe('a');
    const zone = (pod: string, used: number, name: string) => sfu(pod, used, { zone: name });
    expect(leaves([zone('a', 0.1, 'east'), zone('b', 0.2, 'west'), zone('c', 0.1, 'east')])).toBe('b');
  });

  test('not while it moves', () => {
    expect(leaves([sfu('a', 0.1), sfu('b', 0.1)], { isMoving: true })).toBeUndefined();
  });
});

describe('an SFU that goes', () => {
  const going = sfu('b', 0.6, { leaving: 'PodDeleted', takesRooms: false });

  test('is replaced by another with space, one at a time', () => {
    const two = facts([sfu('a', 0.6), going, sfu('c', 0.9), sfu('d', 0.2)], 2);
    expect(podsAfter(two)).toEqual(['a', 'd']);
    expect(podsAfter({ ...two, isMoving: true })).toEqual(['a', 'b']);
  });

  test('is left if nothing can come and the others bear it', () => {
    const [a, b] = [sfu('a', 0.2), going];
    expect(podsAfter(facts([a, b], 2))).toEqual(['a']);
    expect(podsAfter(facts([sfu('a', 0.6), b], 2))).toEqual(['a', 'b']);
    // Another is on its way.
    expect(podsAfter(facts([a, b], 2, { view: makeView([a, b], { mayGrow: true }) }))).toEqual(['a', 'b']);
    const main = sfu('a', 0.5, { leaving: 'PodDeleted' });
    expect(podsAfter(facts([main, sfu('b', 0.4)], 2))).toEqual(['b']);
  });

  test('nobody goes to a full SFU so that the pool has a pod less', () => {
    const others = [sfu('a', 0.8), sfu('c', 0.95)];
    const leave = (leaving: 'ScaleIn' | 'PodDeleted') => {
      const b = sfu('b', 0.6, { leaving });
      const [a, c] = others as [Sfu, Sfu];
      return podsAfter(facts([a, b, c], 2));
    };
    expect(leave('ScaleIn')).toEqual(['a', 'b']);
    expect(leave('PodDeleted')).toEqual(['a', 'c']);
  });
});

describe('SFUs that do not reach each other', () => {
  const between = (...pairs: string[]) => ({
    isCutOff: (a: Sfu, b: Sfu) => pairs.some(pair => pair === a.pod + b.pod || pair === b.pod + a.pod),
  });
  const [a, b, c, d] = [sfu('a', 0.5), sfu('b', 0.5), sfu('c', 0.5), sfu('d')];

  test('another takes the place of the further one', () => {
    expect(nextStep(facts([a, b, d], 2, between('ab')))).toEqual({
      type: 'replace',
      sfu: b,
      by: d,
      why: 'CutOff',
    });
    expect(podsAfter(facts([a, b, d], 2, between('ab')))).toEqual(['a', 'd']);
  });

  test('without another the room is on the main one', () => {
    expect(podsAfter(facts([a, b], 2, between('ab')))).toEqual(['a']);
    const unreached = { ...between('ab'), reaches: () => false };
    expect(podsAfter(facts([a, b, d], 2, unreached))).toEqual(['a']);
  });

  test('of several the one goes that most do not reach, be it the main one', () => {
    expect(podsAfter(facts([a, b, c, d], 3, between('ab', 'bc')))).toEqual(['a', 'd', 'c']);
    expect(podsAfter(facts([a, b, c, d], 3, between('ab', 'ac')))).toEqual(['b', 'c', 'd']);
    expect(podsAfter(facts([a, b, c, d], 3, between('bc')))).toEqual(['a', 'b', 'd']);
  });

  test('while the room moves it waits', () => {
    expect(podsAfter(facts([a, b, d], 2, { ...between('ab'), isMoving: true }))).toEqual(['a', 'b']);
  });
});

test('others come in the place of those that died, if there are any and more than one is in the room', () => {
  const [a, b, c] = [sfu('a', 0.5), sfu('b', 0.95), sfu('c', 0.8)];
  const replaced = (sfus: Sfu[], lost: number, people = 20) =>
    withReplacements(facts(sfus, 1, { people }), lost).map(({ pod }) => pod);
  expect(replaced([a, b, c], 0)).toEqual(['a']);
  expect(replaced([a, b, c], 1)).toEqual(['a', 'c']);
  expect(replaced([a, b, c], 5)).toEqual(['a', 'c', 'b']);
  expect(replaced([a], 1)).toEqual(['a']);
  expect(replaced([a, b, c], 1, 1)).toEqual(['a']);
});
