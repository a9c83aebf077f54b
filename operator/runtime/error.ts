import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { NotLeadingError } from './fence.ts';

const Status = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** An answer of the API server that is not a success. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status, also where it came inside a watch. */
  readonly status: number;
  /** `metav1.Status.reason`, such as `NotFound`. */
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static fromAnswer(status: number, body: string, headers: IncomingHttpHeaders): KubeError {
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    const parsed = Status.safeParse(parseJson(body)).data;
    return new KubeError(
      status,
      parsed?.reason ?? 'Unknown',
      parsed?.message ?? `The API server answered ${status}.`,
      Number.isFinite(seconds) ? seconds : undefined,
    );
  }
}

/** Whether `error` is the API server's answer with this HTTP status. */
export function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

/** Whether the same request may do better in a moment: the server was busy or ill, or the connection broke. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NotLeadingError) return false;
  return !(error instanceof KubeError) || error.status === 429 || error.status >= 500;
}

/** How long the server asked to be left alone, in milliseconds, at most a minute. */
export function retryAfterMs(error: unknown): number {
  const seconds = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.min(Math.max(seconds, 0) * 1000, 60_000);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
