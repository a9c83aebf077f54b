import { expect, test } from 'vitest';
import { chatText, sentAtOf } from './chat-text.ts';
import { planStay } from './plan.ts';
import { randomOf } from './random.ts';

const habits = { stayMs: 60_000, betweenMs: 5000, awayMs: 10_000, writes: 0.2, drops: 0.1 };
const plansOf = (seed: number, person: number) => {
  const random = randomOf(seed, person);
  return Array.from({ length: 200 }, () => planStay(random, habits));
};

test('a seed says all that a person does', () => {
  expect(plansOf(5, 3)).toEqual(plansOf(5, 3));
  expect(plansOf(5, 3)).not.toEqual(plansOf(6, 3));
  expect(plansOf(5, 3)).not.toEqual(plansOf(5, 4));
});

test('people do what their habits say, within their stay and in order', () => {
  const plans = plansOf(1, 1);
  const actions = plans.flatMap(plan => plan.actions);
  const share = (what: string) => actions.filter(action => action.what === what).length / actions.length;
  expect(share('write')).toBeCloseTo(0.2, 1);
  expect(share('drop')).toBeCloseTo(0.1, 1);
  for (const { stayMs, actions } of plans) {
    const times = actions.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const at of times) expect(at).toBeLessThan(stayMs);
  }
});

test('a message says when it was written, in the length that was asked for', () => {
  const text = chatText(1_790_000_000_123, '7 3', 200);
  expect([sentAtOf(text), text.length]).toEqual([1_790_000_000_123, 200]);
  expect(sentAtOf('load test of mine')).toBeUndefined();
});
