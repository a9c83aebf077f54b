import { z } from 'zod';

/** A `metav1.Status`, as far as it matters here. */
const Status = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** An answer of the API server that is not a success. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status, also where it came inside a watch. */
  readonly status: number;
  /** `metav1.Status.reason`, such as `NotFound`. */
  readonly reason: string;
  /** Seconds to wait before trying again, if the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** What a server that answered `status` says in its body; not every refusal is a `metav1.Status`. */
  static fromAnswer(status: number, body: string, retryAfter: string | undefined): KubeError {
    const seconds = Number(retryAfter);
    const parsed = Status.safeParse(parseJson(body)).data;
    return new KubeError(
      status,
      parsed?.reason ?? 'Unknown',
      parsed?.message ?? (body.trim() || `The API server answered ${status}.`),
      Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
    );
  }
}

/** Whether `error` is the API server's answer with this HTTP status. */
export function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
