import { expect, test } from 'vitest';
import { instance } from '../test/make.ts';
import { SfuLoads } from './sfu-loads.ts';

const [a, b, c] = [instance(1), instance(2), instance(3)];
const none = { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 };
const said = (pod: string, one: typeof a, cutOff: (typeof a)[] | undefined, used = 0) => ({
  pod,
  instance: one,
  cutOff,
  load: { ...none, used },
});

function follow() {
  const told: string[] = [];
  const loads = new SfuLoads(pod => told.push(pod));
  return { loads, news: () => told.splice(0) };
}

test('only a load that crosses a limit is told', () => {
  const { loads, news } = follow();
  loads.follow([said('a', a, [], 0.2), said('b', b, [], 0.1)], 0);
  loads.follow([said('a', a, [], 0.69), said('b', b, [], 0.3)], 1);
  expect(news()).toEqual([]);
  expect(loads.get('a')).toEqual({ used: 0.69, pressure: 'low', meshes: true });
  loads.follow([said('a', a, [], 0.71), said('b', b, [], 0.4)], 2);
  expect(news()).toEqual(['a']);
  loads.follow([said('a', a, [], 0.65), said('b', b, [], 0.4)], 3);
  expect(news()).toEqual([]);
  expect(loads.get('a')).toEqual({ used: 0.65, pressure: 'high', meshes: true });
  // Another process is there now.
  loads.follow([said('a', c, [], 0.65), said('b', b, [], 0.4)], 4);
  expect(news()).toEqual(['a']);
  expect(loads.get('a').pressure).toBe('low');
});

test('since when an SFU is full counts until it has come down by a tenth, or another is there', () => {
  const { loads } = follow();
  const at = (used: number, now: number, one = a) => {
    loads.follow([said('a', one, [], used)], now);
    return loads.get('a').fullSince;
  };
  expect([at(0.89, 1), at(0.9, 2), at(0.81, 3), at(1, 4)]).toEqual([undefined, 2, 2, 2]);
  expect([at(0.79, 5), at(0.95, 6), at(0.95, 7, c)]).toEqual([undefined, 6, 7]);
});

test('either of two can say that they are cut off, and it counts from when the first did', () => {
  const { loads, news } = follow();
  loads.follow([said('a', a, [b]), said('b', b, [])], 10);
  expect(news()).toEqual(['a']);
  loads.follow([said('a', a, [b, c]), said('b', b, [a])], 20);
  expect(news()).toEqual(['a', 'b']);
  expect([loads.cutOffSince(a, b), loads.cutOffSince(b, a), loads.cutOffSince(c, a)]).toEqual([10, 10, 20]);
  loads.follow([said('a', a, [c, b]), said('b', b, [a])], 30);
  expect(news()).toEqual([]);
  loads.follow([said('a', a, []), said('b', b, [])], 40);
  expect(news()).toEqual(['a', 'b']);
  expect(loads.cutOffSince(a, b)).toBeUndefined();
});

test('nothing is left of an SFU that is gone', () => {
  const { loads } = follow();
  loads.follow([said('a', a, [b], 1), said('b', b, [])], 10);
  loads.follow([said('b', b, [])], 20);
  expect(loads.cutOffSince(a, b)).toBeUndefined();
  expect(loads.get('a')).toEqual({ used: undefined, pressure: 'low', meshes: false });
});

test('an SFU that does not say whom it reaches cannot share a room', () => {
  const { loads } = follow();
  loads.follow([said('a', a, undefined), said('b', b, [])], 0);
  expect([loads.get('a').meshes, loads.get('b').meshes]).toEqual([false, true]);
});
