/** What stands for k6's metrics and thresholds on Node counts as k6 does. */
import { expect, test } from 'vitest';
import { percentile, Samples } from './samples.ts';
import { thresholdOf } from './thresholds.ts';

test('figures of each kind, whole and by tag, with their limits', () => {
  const samples = new Samples();
  samples.declare('took', 'trend', true);
  samples.declare('failed', 'rate', false);
  samples.declare('seen', 'counter', false);
  samples.declare('never', 'rate', false);
  samples.limit({
    took: ['p(95)<100', 'max<=40'],
    'took{phase:late}': ['avg>30'],
    failed: ['rate<0.5'],
    seen: ['count>=3'],
    never: ['rate<0.01'],
  });
  for (const value of [10, 20, 30, 40]) samples.add('took', value, { phase: value > 20 ? 'late' : 'early' });
  for (const value of [1, 0, 1]) samples.add('failed', value, {});
  samples.add('seen', 3, {});
  const { metrics = {} } = samples.summary(2000);
  expect(metrics.took).toMatchObject({
    contains: 'time',
    values: { min: 10, max: 40, avg: 25, med: 25, count: 4 },
  });
  expect(metrics['took{phase:late}']?.values.avg).toBe(35);
  expect(metrics.seen?.values).toEqual({ count: 3, rate: 1.5 });
  expect(metrics.failed?.thresholds).toEqual({ 'rate<0.5': { ok: false } });
  expect(metrics.never?.thresholds).toEqual({ 'rate<0.01': { ok: true } });
  expect(metrics['took{phase:late}']?.thresholds).toEqual({ 'avg>30': { ok: true } });
  expect(() => samples.limit({ nothing: ['count<1'] })).toThrow(/"nothing", which nothing measures/);
});

test('percentiles lie between the two nearest samples', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => i);
  expect(percentile(hundred, 95)).toBe(95);
  expect(percentile([10, 20], 75)).toBe(17.5);
  expect(percentile([], 50)).toBe(0);
});

test('only thresholds are read as such', () => {
  expect(thresholdOf('p(99.9) < 500')).toMatchObject({
    figure: 'p(99.9)',
    share: 99.9,
    operator: '<',
    limit: 500,
  });
  for (const wrong of ['p95<1', 'rate', 'avg=<3', 'count<'])
    expect(() => thresholdOf(wrong)).toThrow(/not a threshold/);
});
