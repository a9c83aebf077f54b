import { createRegistry } from '@parley/telemetry';
import { expect, test } from 'vitest';
import { addMetrics } from './metrics.ts';

test('what is not known is missing rather than 0', async () => {
  const registry = createRegistry();
  let allocations: number | undefined = 3;
  addMetrics(registry, {
    allocations: async () => allocations,
    peers: () => 0,
    secrets: () => 1,
    up: () => true,
    draining: () => false,
    certificateExpires: () => undefined,
  });
  expect(await registry.metrics()).toContain('\nparley_turn_allocations 3\n');
  allocations = undefined;
  const text = await registry.metrics();
  expect(text).not.toMatch(/^parley_turn_allocations\b/m);
  expect(text).not.toMatch(/^parley_turn_certificate_expiry/m);
});
