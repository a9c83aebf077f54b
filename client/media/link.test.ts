import { expect, test } from 'vitest';
import { icePolicy } from './link.ts';

test.each([
  ['all', undefined, 'all'],
  ['all', 'all', 'all'],
  ['relay', undefined, 'relay'],
  ['relay', 'all', 'relay'],
  ['all', 'relay', 'relay'],
] as const)('M7 wished %s, of the SFU %s: %s', (wished, session, used) => {
  expect(icePolicy({ iceTransportPolicy: wished }, { iceTransportPolicy: session })).toBe(used);
});
