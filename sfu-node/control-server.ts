import { createHash, timingSafeEqual } from 'node:crypto';
import { RefusalError } from '@parley/protocol';
import {
  addOperationsRoutes,
  type Health,
  type Logger,
  type Readiness,
  type Registry,
} from '@parley/telemetry';
import fastify, { type FastifyInstance } from 'fastify';
import { addControlRoutes, answerError, type ControlRoutesOptions } from './control-routes.ts';

export interface ControlServerOptions extends Pick<ControlRoutesOptions, 'handlers' | 'calls' | 'tracing'> {
  token: string;
  /** Largest body that is read, in bytes. */
  bodyBytes: number;
  registry: Registry;
  readiness: () => Readiness;
  health: () => Health;
  log: Logger;
}

/** The control API and the routes of operation, not listening yet. Unknown routes are answered as refusals too. */
export function createControlServer(options: ControlServerOptions): FastifyInstance {
  const { handlers, calls, tracing, log } = options;
  const app = fastify({
    bodyLimit: options.bodyBytes,
    forceCloseConnections: true,
    // A request that has not come whole after so many ms is not going to.
    requestTimeout: 10_000,
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply, log);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson);
  app.setErrorHandler((error, request, reply) => {
    answerError(error, request, reply, log);
  });
  app.setNotFoundHandler((request, reply) => {
    const refusal = new RefusalError(
      'not_found',
      `There is no ${request.method} ${request.url.slice(0, 200)}.`,
    );
    answerError(refusal, request, reply, log);
  });
  addOperationsRoutes(app, options.registry, options.readiness, options.health);
  addControlRoutes(app, { handlers, calls, tracing, log, authenticate: bearerToken(options.token) });
  return app;
}

/**
 * A check of `Authorization` headers. Hashes are compared, in constant time, so that an answer's time tells nothing of the
 * token, not even its length.
 */
function bearerToken(token: string): (authorization: string | undefined) => void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return authorization => {
    const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    throw new RefusalError(
      'unauthenticated',
      'Send the control token: Authorization: Bearer <CONTROL_TOKEN>.',
    );
  };
}

/** JSON of a body; an empty one is an empty object. */
async function parseJson(_request: unknown, text: string | Buffer): Promise<unknown> {
  if (text.length === 0) return {};
  try {
    return JSON.parse(`${text}`);
  } catch (cause) {
    throw new RefusalError('bad_request', 'The body is not valid JSON.', { cause });
  }
}
