import { expect, test } from 'vitest';
import { sizeOf, timeLeft } from './sizes.ts';

test.each([
  [0, 'en', '0 bytes'],
  [1, 'en', '1 byte'],
  [999, 'en', '999 bytes'],
  [5_242_880, 'en', '5.2 MB'],
  [536_870_912, 'de', '536,9 MB'],
  [1_073_741_824, 'es', '1,1 GB'],
  [12_345, 'de', '12 kB'],
])('%d bytes in %s', (bytes, language, text) => {
  expect(sizeOf(bytes, language)).toBe(text);
});

test('the time left is said as far as it is known', () => {
  expect(timeLeft(1_000, undefined, 'en')).toBeUndefined();
  expect(timeLeft(1_000, 0, 'en')).toBeUndefined();
  expect(timeLeft(5_000, 1_000, 'en')).toBe('5 seconds');
  expect(timeLeft(100, 1_000, 'de')).toBe('1 Sekunde');
  expect(timeLeft(90_000, 1_000, 'en')).toBe('2 minutes');
  expect(timeLeft(7_200_000, 1_000, 'es')).toBe('2 horas');
});
