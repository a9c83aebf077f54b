import { z } from 'zod';

const ms = z.coerce.number().int().min(1).max(30_000);

/** The part of a process's environment that is about traces: names and meanings of OpenTelemetry's specification. */
export const tracingEnv = {
  /** Where OTLP is taken over HTTP, without `/v1/traces`. Absent or empty: nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .union([z.literal('').transform(() => undefined), z.url({ protocol: /^https?$/ })])
    .optional(),
  /** The share of the traces that begin here that is recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_EXPORTER_OTLP_TIMEOUT: ms.default(5_000),
  OTEL_BSP_SCHEDULE_DELAY: ms.default(2_000),
  OTEL_BSP_MAX_QUEUE_SIZE: z.coerce.number().int().min(1).max(65_536).default(2_048),
};

const TracingEnv = z.object(tracingEnv);

/** What a process traces, and where that goes. */
export interface TracingSettings {
  /** Undefined: nothing is traced. */
  readonly endpoint: string | undefined;
  readonly ratio: number;
  /** How long the collector may take for a batch, in ms. */
  readonly timeoutMs: number;
  /** How long spans wait for others to go with, in ms. */
  readonly delayMs: number;
  /** How many spans wait at most. */
  readonly queue: number;
}

export function toTracing(env: z.output<typeof TracingEnv>): TracingSettings {
  return {
    endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, ''),
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    timeoutMs: env.OTEL_EXPORTER_OTLP_TIMEOUT,
    delayMs: env.OTEL_BSP_SCHEDULE_DELAY,
    queue: env.OTEL_BSP_MAX_QUEUE_SIZE,
  };
}
