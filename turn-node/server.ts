import { addOperationsRoutes, type Health, type Readiness, type Registry } from '@parley/telemetry';
import { type FastifyInstance, fastify } from 'fastify';

/** The relay's health and metrics over HTTP. */
export function createServer(
  registry: Registry,
  readiness: () => Readiness,
  health: () => Health,
): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  addOperationsRoutes(app, registry, readiness, health);
  return app;
}
