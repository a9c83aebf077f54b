import type { FastifyInstance } from 'fastify';
import { type Registry, scrape } from './registry.ts';

/** Why a service should get no work now, or that it may. */
export type Readiness = { ready: true } | { ready: false; reason: string };

/** Whether a restart would help: `ok` means no. */
export type Health = { ok: true } | { ok: false; reason: string };

/**
 * Adds `/healthz` (the process answers, and `health` says that it needs no restart), `/readyz` (it can do its work) and
 * `/metrics` (Prometheus text, or OpenMetrics with exemplars where that is asked for).
 */
export function addOperationsRoutes(
  app: FastifyInstance,
  registry: Registry,
  readiness: () => Readiness,
  health: () => Health = () => ({ ok: true }),
): void {
  app.get('/healthz', (_request, reply) => {
    const state = health();
    return reply.status(state.ok ? 200 : 503).send(state);
  });
  app.get('/readyz', (_request, reply) => {
    const state = readiness();
    return reply.status(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (request, reply) => {
    const { type, text } = await scrape(registry, request.headers.accept);
    return reply.type(type).send(text);
  });
}
