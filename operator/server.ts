import { addOperationsRoutes, type Readiness, type Registry } from '@parley/telemetry';
import { type FastifyInstance, fastify } from 'fastify';

/** The operator's health and metrics over HTTP. */
export function createServer(registry: Registry, readiness: () => Readiness): FastifyInstance {
  const app = fastify({ logger: false });
  addOperationsRoutes(app, registry, readiness);
  return app;
}
