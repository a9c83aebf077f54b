import { createRegistry, type Registry } from '@parley/telemetry';
import { CanaryMetrics } from './metrics.ts';

/** The figures of a canary that is not started, for what is written of them. */
export function idleRegistry(): Registry {
  const registry = createRegistry();
  new CanaryMetrics(registry);
  return registry;
}
