import type { CallState, QualitySnapshot } from '@parley/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banners, chooseBanners, connectionTrouble, mostBanners, reductionWord } from './banners.ts';

describe('of what could be said', () => {
  it('the most important comes first', () => {
    expect([...chooseBanners({ relayed: true, reduced: true, connection: true })]).toEqual([
      'connection',
      'reduced',
    ]);
    expect([...chooseBanners({ relayed: true })]).toEqual(['relayed']);
    expect(chooseBanners({}).size).toBe(0);
  });

  it('no more than two are, and none goes before a more important one', () => {
    fc.assert(
      fc.property(fc.subarray([...banners]), names => {
        const chosen = chooseBanners(Object.fromEntries(names.map(name => [name, true])));
        expect(chosen.size).toBe(Math.min(mostBanners, names.length));
        const left = names.filter(name => !chosen.has(name));
        for (const one of chosen) {
          expect(left.every(other => banners.indexOf(one) < banners.indexOf(other))).toBe(true);
        }
      }),
    );
  });
});

describe('a connection', () => {
  const joined: CallState = { status: 'joined' };
  const broken: CallState = { status: 'reconnecting', cause: 'signaling' };

  it.each([
    [joined, 'same', undefined],
    [joined, 'changed', undefined],
    [joined, 'offline', 'offline'],
    [broken, 'same', 'signaling'],
    [{ status: 'reconnecting', cause: 'media' }, 'same', 'media'],
    [broken, 'changed', 'looking'],
    [broken, 'offline', 'offline'],
  ] as const)('that is %j on a network that is %s is %s', (state, network, expected) => {
    expect(connectionTrouble(state, network)).toBe(expected);
  });
});

it.each<[Omit<QualitySnapshot['reduced'], 'allowed'>, string | undefined]>([
  [{ receive: 'full', send: 'full' }, undefined],
  [{ receive: 'full', send: 'less' }, 'reducedSend'],
  [{ receive: 'smaller', send: 'full' }, 'reducedReceive'],
  [{ receive: 'smaller', send: 'least' }, 'reducedBoth'],
  [{ receive: 'fewer', send: 'least' }, 'reducedFewer'],
  [{ receive: 'sound', send: 'full' }, 'reducedSound'],
])('of a call that is reduced to %j it is said: %s', (reduced, word) => {
  expect(reductionWord({ ...reduced, allowed: true })).toBe(word);
});
