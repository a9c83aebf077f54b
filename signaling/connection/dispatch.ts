import {
  type Answer,
  maxMessageBytes,
  mayAsk,
  parseRequest,
  RefusalError,
  type RequestName,
  type Response,
  refusalFor,
  requests,
} from '@parley/protocol';
import type { Task } from '@parley/telemetry';
import { countReport, isReport } from '../quality/count-report.ts';
import { handlers } from '../requests/index.ts';
import type { Handler, Parsed, Services } from '../requests/services.ts';
import type { Caller } from './caller.ts';
import { oversized } from './decoder.ts';
import { type RateLimit, requestRate } from './rate.ts';

/** Requests of one connection that may be under way at the same time. */
const maxPending = requestRate.burst;

/** For how long requests belong to a join whose end nobody tells, in ms. */
export const joinMs = 30_000;

/**
 * Answers one message of a client, whatever it is. Never throws: what goes wrong is answered, and logged if it is a fault of
 * ours. A message without an acknowledgement is ignored.
 */
export async function dispatch(
  services: Services,
  caller: Caller,
  rate: RateLimit,
  event: string,
  args: unknown[],
): Promise<void> {
  // What was read before the connection was ended still comes.
  if (!caller.socket.connected) return;
  const answer = args.at(-1);
  const verdict = rate.take();
  if (verdict === 'disconnect') {
    services.log.info({ traceId: caller.trace.traceId }, 'a client that floods was disconnected');
    services.metrics.endedSockets.inc({ reason: 'flood' });
    caller.socket.disconnect(true);
    return;
  }
  if (typeof answer !== 'function') return;
  const name = isRequest(event) ? event : undefined;
  caller.pending++;
  const outcome = await respond(services, caller, verdict, event, name, args.slice(0, -1));
  caller.pending--;
  services.metrics.requests.inc({
    name: name ?? 'unknown',
    outcome: outcome.ok ? 'ok' : outcome.error.code,
  });
  if (isReport(name)) countReport(services.metrics.call, name, outcome);
  answer(outcome);
}

function isRequest(event: string): event is RequestName {
  return Object.hasOwn(requests, event);
}

async function respond(
  services: Services,
  caller: Caller,
  verdict: 'go' | 'refuse',
  event: string,
  name: RequestName | undefined,
  args: unknown[],
): Promise<Answer<RequestName>> {
  try {
    if (verdict === 'refuse') {
      throw new RefusalError('rate_limited', 'Too many requests at once. Wait a moment and try again.');
    }
    if (caller.pending > maxPending) {
      throw new RefusalError('rate_limited', 'Too many requests are under way. Wait for their answers.');
    }
    if (event === oversized) {
      throw new RefusalError('too_large', `A message may be at most ${maxMessageBytes} bytes long.`);
    }
    if (name === undefined || !mayAsk(caller.dialect, name)) {
      throw new RefusalError('bad_request', 'The protocol has no such request.');
    }
    if (args.length !== 1) throw new RefusalError('bad_request', 'A request has exactly one object.');
    return { ok: true, value: await handle(services, caller, name, args[0]) };
  } catch (error) {
    if (error instanceof RefusalError) {
      return { ok: false, error: refusalFor(caller.dialect, error.toJSON()) };
    }
    const internal = new RefusalError('internal', 'Something went wrong on our side. Try again.');
    return { ok: false, error: internal.toJSON() };
  }
}

function handle<N extends RequestName>(
  services: Services,
  caller: Caller,
  name: N,
  value: unknown,
): Promise<Response<N>> {
  const handler: Handler<N> = handlers[name];
  return services.tracing.serve(taskOf(caller, name), async () => {
    try {
      return await handler(services, caller, parseRequest(requests[name].request, value) as Parsed<N>);
    } catch (error) {
      if (!(error instanceof RefusalError))
        services.log.error({ request: name, err: error }, 'a request failed');
      throw error;
    }
  });
}

/** What belongs to a join goes on with its trace; what comes later has one of its own, with a link to that. */
function taskOf(caller: Caller, name: RequestName): Task {
  const { trace, session } = caller;
  const now = Date.now();
  // Also that of somebody who had to wait before they were let in.
  if (name === 'join') caller.joiningUntilMs = now + joinMs;
  const joining = now < caller.joiningUntilMs;
  const member = session.status === 'in' ? session.member : undefined;
  return {
    name: `signaling.${name}`,
    quiet: name === 'reportQuality',
    ...(joining ? { parent: trace } : { link: trace }),
    attributes: {
      'rpc.method': name,
      'parley.room': member?.room.key,
      'parley.participant': member?.id,
    },
  };
}
