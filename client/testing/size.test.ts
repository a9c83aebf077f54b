import { expect, test } from 'vitest';
import { dependencies, measureSize } from './size.ts';

const kB = 1_000;

test('the library stays small', async () => {
  const [all, own] = await Promise.all([measureSize(), measureSize(dependencies)]);
  console.log(`@parley/client, gzipped: ${own.gzipped} bytes, and ${all.gzipped} with all it depends on`);
  expect(own.gzipped).toBeLessThan(23 * kB);
  expect(all.gzipped).toBeLessThan(100 * kB);
});
