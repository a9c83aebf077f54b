import { parseRequest, RefusalError } from '@parley/protocol';
import type { FastifyInstance } from 'fastify';
import type { Scope } from '../access/api-keys.ts';
import { type Operation, type OperationName, type RestHandlers, restApi } from './api.ts';

/** Answers with the id of the caller's API key. Throws a RefusalError unless there is one and it has the scope. */
type Authorize = (authorization: string | undefined, scope: Scope) => string;

/** Adds a route for every operation. */
export function serveOperations(app: FastifyInstance, handlers: RestHandlers, authorize: Authorize): void {
  for (const name of Object.keys(restApi) as OperationName[]) {
    // What the operation's own schemas let through is what its handler takes.
    const handle = handlers[name] as (asked: unknown) => Promise<unknown>;
    serve(app, restApi[name], handle, authorize);
  }
}

function serve(
  app: FastifyInstance,
  { method, path: url, perMinute, scope, params, query, body, answer, status }: Operation,
  handle: (asked: unknown) => Promise<unknown>,
  authorize: Authorize,
): void {
  app.route({
    method,
    url,
    ...(perMinute !== undefined && { config: { rateLimit: { max: perMinute, timeWindow: 60_000 } } }),
    async handler(request, reply) {
      const { headers } = request;
      const apiKey = scope && authorize(headers.authorization, scope);
      const value = await handle({
        params: parseRequest(params, request.params),
        query: parseRequest(query, request.query),
        body: body && parseRequest(body, request.body ?? {}),
        sent: request.body,
        headers,
        apiKey,
      });
      if (!answer) return reply.status(status).send();
      const checked = answer.safeParse(value);
      if (checked.success) return reply.status(status).send(checked.data);
      throw new RefusalError('internal', 'Something went wrong on our side. Try again.', {
        cause: checked.error,
      });
    },
  });
}
