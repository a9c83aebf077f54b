import { createLogger, type Registry, Tracing, toTracing, tracingEnv } from '@parley/telemetry';
import { z } from 'zod';
import { createMetrics } from './metrics.ts';

/** The figures of a replica that is not started, for what is written of them. */
export function idleRegistry(): Registry {
  const { registry } = createMetrics();
  new Tracing(toTracing(z.object(tracingEnv).parse({})), 'signaling', registry, createLogger('signaling'));
  return registry;
}
