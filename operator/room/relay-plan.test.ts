import { describe, expect, test } from 'vitest';
import { makePod, type PodSketch } from '../test/make.ts';
import { type OwnRelay, planRelay } from './relay-plan.ts';

const relay = (name: string, sketch: PodSketch = {}, more: Partial<OwnRelay> = {}): OwnRelay => ({
  pod: makePod(name, { role: 'turn', ...sketch }),
  fresh: true,
  lost: false,
  ...more,
});
const plan = (...relays: OwnRelay[]) => {
  const { make, remove, serving } = planRelay(relays);
  return [make, remove.map(pod => pod.metadata.name), serving?.metadata.name];
};

describe('planRelay', () => {
  const starting = { ready: false, phase: 'Pending' };
  test.each<[string, OwnRelay[], ReturnType<typeof plan>]>([
    ['none: one is made', [], [true, [], undefined]],
    ['one that starts is waited for', [relay('a', starting)], [false, [], 'a']],
    ['one that is ready serves', [relay('a')], [false, [], 'a']],
    ['one that has ended is replaced', [relay('a', { phase: 'Failed' })], [true, ['a'], undefined]],
    ['one that is going is none', [relay('a', { terminating: true })], [true, [], undefined]],
    ['one whose node is gone is none', [relay('a', {}, { lost: true })], [true, ['a'], undefined]],
    ['an outdated one serves until another is ready', [relay('a', {}, { fresh: false })], [true, [], 'a']],
    ['…is', [relay('a', {}, { fresh: false }), relay('b', starting)], [false, [], 'a']],
    ['…and goes then', [relay('a', {}, { fresh: false }), relay('b')], [false, ['a'], 'b']],
    ['of two that an operator made, one too many goes', [relay('a'), relay('b')], [false, ['b'], 'a']],
    ['also before they are ready, once one is', [relay('a', starting), relay('b')], [false, ['a'], 'b']],
  ])('%s', (_, relays, expected) => expect(plan(...relays)).toEqual(expected));
});
