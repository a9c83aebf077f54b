import { RefusalError } from '@parley/protocol';
import { type Logger, parseTraceparent } from '@parley/telemetry';
import type { FastifyInstance } from 'fastify';
import { traceResponse } from './serve.ts';

/** Answers every error as `{"error": Refusal}` with the status of its code. */
export function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = toRefusal(error);
    if (refusal.code === 'internal' || refusal.code === 'unavailable') {
      const traceId = parseTraceparent(reply.getHeader(traceResponse))?.traceId;
      const { method, routeOptions } = request;
      log.error({ err: error, method, route: routeOptions.url, traceId }, 'a request failed');
    }
    return reply.status(refusal.status).send({ error: refusal.toJSON() });
  });
  app.setNotFoundHandler((_request, reply) => {
    const refusal = new RefusalError('not_found', 'There is nothing at this path.');
    return reply.status(refusal.status).send({ error: refusal.toJSON() });
  });
}

function toRefusal(error: unknown): RefusalError {
  if (error instanceof RefusalError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return new RefusalError('too_large', 'The request is too large.', { cause: error });
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error) {
    return new RefusalError('bad_request', error.message, { cause: error });
  }
  return new RefusalError('internal', 'Something went wrong on our side. Try again.', { cause: error });
}
