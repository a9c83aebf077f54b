import { expect, test } from 'vitest';
import { dependencies, measureSize } from './size.ts';

const kB = 1_000;

test('the library stays small', async () => {
  const [all, own] = await Promise.all([measureSize(), measureSize(dependencies)]);
  console.log(`@parley/client, gzipped: ${own.gzipped} bytes, and ${all.gzipped} with all it depends on`);
  // Of it about 2 kB tell the server how calls go: schemas of reports, and what is read for them from the browser's statistics.
  // About 3.5 kB are files between participants.
  // About 3.5 kB say how good the call is and why, and reduce it on bad networks.
  // About 6 kB are media that goes directly between two, with who speaks and what is counted then.
  expect(own.gzipped).toBeLessThan(41 * kB);
  expect(all.gzipped).toBeLessThan(116 * kB);
});
