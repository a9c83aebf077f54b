import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlApi,
  parseRequest,
  RefusalError,
} from '@parley/protocol';
import {
  type Attributes,
  annotate,
  exemplarOf,
  type Histogram,
  type Logger,
  parseTraceparent,
  type Tracing,
} from '@parley/telemetry';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What a call's handler is given. */
export interface Call<C extends ControlCall> {
  params: ControlParams<C>;
  body: ControlBody<C>;
  log: Logger;
}

/** One function for each call of the control API. What it throws is answered as a refusal. */
export type ControlHandlers = {
  [C in ControlCall]: (call: Call<C>) => ControlResponse<C> | Promise<ControlResponse<C>>;
};

export interface ControlRoutesOptions {
  handlers: ControlHandlers;
  /** Whether the caller may call. @throws RefusalError `unauthenticated` */
  authenticate: (authorization: string | undefined) => void;
  /** Counts and times calls, by `call` and `code`. */
  calls: Histogram<'call' | 'code'>;
  /** Goes on with the traces of callers. */
  tracing: Tracing;
  log: Logger;
}

/** Adds a route for every call of `controlApi`: authenticated, validated, timed, its errors typed. */
export function addControlRoutes(app: FastifyInstance, options: ControlRoutesOptions): void {
  for (const name of Object.keys(controlApi) as ControlCall[]) addRoute(app, name, options);
}

function addRoute<C extends ControlCall>(app: FastifyInstance, name: C, options: ControlRoutesOptions): void {
  const { method, path, params, body } = controlApi[name];
  const handle: ControlHandlers[C] = options.handlers[name];
  const stopTimer = new WeakMap<FastifyRequest, ReturnType<typeof options.calls.startTimer>>();
  const finish = (request: FastifyRequest, code: string) =>
    stopTimer.get(request)?.({ code }, exemplarOf(traceOf(request)));

  app.route({
    method,
    url: path,
    // Before the body is read: whoever may not call cannot make this process read.
    onRequest: async request => {
      stopTimer.set(request, options.calls.startTimer({ call: name }, {}));
      options.authenticate(request.headers.authorization);
    },
    handler: async (request, reply) => {
      const parent = options.tracing.trust(request.headers.traceparent);
      const attributes = { 'rpc.method': name, 'http.request.method': method, 'http.route': path };
      const answer = await options.tracing.serve({ name: `sfu.${name}`, parent, attributes }, () => {
        const call = {
          params: parseRequest(params, request.params) as ControlParams<C>,
          body: parseRequest(body, request.body ?? {}) as ControlBody<C>,
          log: options.log,
        };
        annotate(subject(call.params));
        return handle(call);
      });
      finish(request, 'ok');
      return reply.send(answer);
    },
    errorHandler: (error, request, reply) => {
      const refusal = answerError(error, request, reply, options.log);
      finish(request, refusal.code);
    },
  });
}

const traceOf = ({ headers }: FastifyRequest) => parseTraceparent(headers.traceparent);

/** What a call is about, as its span says it. */
function subject({ room, participant }: Readonly<Record<string, string>>): Attributes {
  return { 'parley.room.uid': room, 'parley.participant': participant };
}

/** Answers an error as `{"error": Refusal}` with the status of its code. Errors that are our own fault are logged. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): RefusalError {
  const refusal = toRefusal(error);
  if (refusal.code === 'internal') {
    log.error({ err: error, url: request.url, traceId: traceOf(request)?.traceId }, 'call failed');
  }
  reply.status(refusal.status).send({ error: refusal.toJSON() });
  return refusal;
}

function toRefusal(error: unknown): RefusalError {
  if (error instanceof RefusalError) return error;
  const { code, statusCode, message } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new RefusalError('too_large', 'The request is larger than any valid one.', { cause: error });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new RefusalError('bad_request', `The request cannot be read: ${message ?? 'it is malformed'}.`, {
      cause: error,
    });
  }
  return new RefusalError('internal', 'The SFU failed at this call. Its log says why. Try again later.', {
    cause: error,
  });
}
