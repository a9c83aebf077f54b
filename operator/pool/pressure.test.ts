import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pressure, pressureAt } from './pressure.ts';

test('rises at its limits and falls a tenth below them', () => {
  const readings = [0.69, 0.7, 0.61, 0.59, 0.65, 0.9, 0.81, 0.79, 0.95, 0.1, 1, 0.65];
  let now: Pressure = 'low';
  const seen = readings.map(used => {
    now = pressureAt(used, now);
    return now;
  });
  expect(seen).toEqual([
    'low',
    'high',
    'high',
    'low',
    'low',
    'full',
    'full',
    'high',
    'full',
    'low',
    'full',
    'high',
  ]);
});

test('what goes up and down by less than a tenth changes it once at most', () => {
  const share = fc.double({ min: 0, max: 0.9, noNaN: true });
  const noise = fc.array(fc.double({ min: 0, max: 0.099, noNaN: true }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(share, noise, (base, readings) => {
      let now = pressureAt(base);
      let changes = 0;
      for (const more of readings) {
        const next = pressureAt(base + more, now);
        if (next !== now) changes += 1;
        now = next;
      }
      expect(changes).toBeLessThanOrEqual(1);
    }),
  );
});
