import { expect, test } from 'vitest';
import { clockTime, dayName } from './times.ts';

const at = (day: number, hour = 12) => new Date(2026, 10, day, hour, 5).getTime();

test.each([
  ['en', 'today', 'yesterday', 'Friday, November 20'],
  ['de', 'heute', 'gestern', 'Freitag, 20. November'],
  ['es', 'hoy', 'ayer', 'viernes, 20 de noviembre'],
] as const)('days in %s', (language, today, yesterday, earlier) => {
  expect(dayName(at(22, 0), at(22, 23), language)).toBe(today);
  expect(dayName(at(21, 23), at(22, 0), language)).toBe(yesterday);
  expect(dayName(at(20), at(22), language)).toBe(earlier);
});

test('times are those of the language', () => {
  expect(clockTime(at(22, 14), 'de')).toBe('14:05');
  expect(clockTime(at(22, 14), 'en-US')).toMatch(/^02:05\sPM$/);
});
