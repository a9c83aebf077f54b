import { parseRequest, RefusalError } from '@parley/protocol';
import { activeTrace, formatTraceparent, type Tracing } from '@parley/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Scope } from '../access/api-keys.ts';
import { type Operation, type OperationName, type RestHandlers, restApi } from './api.ts';

/** Where an answer says which trace it belongs to (https://w3c.github.io/trace-context/#trace-context-http-response-headers-format). */
export const traceResponse = 'traceresponse';

/** Answers with the id of the caller's API key. Throws a RefusalError unless there is one and it has the scope. */
type Authorize = (authorization: string | undefined, scope: Scope) => string;

/** Adds a route for every operation. */
export function serveOperations(
  app: FastifyInstance,
  handlers: RestHandlers,
  authorize: Authorize,
  tracing: Tracing,
): void {
  for (const name of Object.keys(restApi) as OperationName[]) {
    // What the operation's own schemas let through is what its handler takes.
    const handle = handlers[name] as (asked: unknown) => Promise<unknown>;
    serve(app, restApi[name], handle, authorize, tracing);
  }
}

function serve(
  app: FastifyInstance,
  { method, path: url, perMinute, scope, params, query, body, answer, status }: Operation,
  handle: (asked: unknown) => Promise<unknown>,
  authorize: Authorize,
  tracing: Tracing,
): void {
  app.route({
    method,
    url,
    ...(perMinute !== undefined && { config: { rateLimit: { max: perMinute, timeWindow: 60_000 } } }),
    async handler(request, reply) {
      const { headers } = request;
      const apiKey = scope && authorize(headers.authorization, scope);
      // Who has a key may decide what is recorded.
      const parent = apiKey ? tracing.trust(headers.traceparent) : tracing.accept(headers.traceparent);
      const attributes = { 'http.request.method': method, 'http.route': url, 'parley.api_key.id': apiKey };
      const value = await tracing.serve({ name: `${method} ${url}`, parent, attributes }, () => {
        reply.header(traceResponse, formatTraceparent(activeTrace() ?? parent));
        return handle({
          params: parseRequest(params, request.params),
          query: parseRequest(query, request.query),
          body: body && parseRequest(body, request.body ?? {}),
          sent: request.body,
          headers,
          apiKey,
        });
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
