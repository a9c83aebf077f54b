import { hostname } from 'node:os';
import { pino, stdTimeFunctions } from 'pino';
import { activeTrace } from './tracing/scope.ts';

export type { Logger } from 'pino';

/** Names under which a secret could slip into a log line. */
const secret = ['token', 'authorization', 'credential', 'password', 'sessionSecret', 'secret'];

/** Refusals of Redis hold the command, and with it what was sent to log in. */
const redisArguments = ['err.command.args'];

/**
 * A logger that writes one JSON line per entry to standard output: level, time, service, pod, message, and the trace of what is being done.
 * Fields that are named like a secret are removed.
 */
export function createLogger(service: string) {
  return pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service, pod: process.env.POD_NAME ?? hostname() },
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    mixin: () => {
      const trace = activeTrace();
      return trace ? { traceId: trace.traceId } : {};
    },
    formatters: { level: label => ({ level: label }) },
    redact: {
      paths: [...redisArguments, ...secret.flatMap(name => [name, `*.${name}`, `*.*.${name}`])],
      remove: true,
    },
  });
}
