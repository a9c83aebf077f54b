import { addOperationsRoutes, type Health, type Readiness, type Registry } from '@parley/telemetry';
import { type FastifyInstance, fastify } from 'fastify';

/** The operator's health and metrics over HTTP. */
export function createServer(
  registry: Registry,
  readiness: () => Readiness,
  health?: () => Health,
): FastifyInstance {
  const app = fastify({ logger: false });
  addOperationsRoutes(app, registry, readiness, health);
  return app;
}
