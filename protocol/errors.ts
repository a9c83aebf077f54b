import { z } from 'zod';
import { Closure } from './closure.ts';
import { LobbyPlace } from './lobby.ts';

/**
 * Why a request was refused. `retry` says what a client does by itself: `no` gives up and shows the message, `later`
 * tries again after a pause, `rejoin` joins the room anew.
 */
export const refusals = {
  bad_request: { retry: 'no', status: 400 },
  too_large: { retry: 'no', status: 413 },
  unsupported_version: { retry: 'no', status: 400 },
  unauthenticated: { retry: 'no', status: 401 },
  token_expired: { retry: 'no', status: 401 },
  forbidden: { retry: 'no', status: 403 },
  not_found: { retry: 'no', status: 404 },
  room_not_found: { retry: 'no', status: 404 },
  room_rejected: { retry: 'no', status: 409 },
  room_not_ready: { retry: 'later', status: 503 },
  room_full: { retry: 'no', status: 409 },
  room_closed: { retry: 'no', status: 409 },
  room_locked: { retry: 'no', status: 409 },
  in_lobby: { retry: 'later', status: 403 },
  turned_away: { retry: 'no', status: 403 },
  room_ended: { retry: 'no', status: 410 },
  removed: { retry: 'no', status: 410 },
  banned: { retry: 'no', status: 403 },
  conflict: { retry: 'no', status: 409 },
  not_joined: { retry: 'rejoin', status: 409 },
  session_lost: { retry: 'rejoin', status: 409 },
  media_lost: { retry: 'later', status: 503 },
  rate_limited: { retry: 'later', status: 429 },
  busy: { retry: 'later', status: 503 },
  unavailable: { retry: 'later', status: 503 },
  internal: { retry: 'later', status: 500 },
} as const satisfies Record<string, { retry: 'no' | 'later' | 'rejoin'; status: number }>;

export type RefusalCode = keyof typeof refusals;
export const RefusalCode = z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]);

/** A refusal as it travels: in a Socket.IO acknowledgement, or as `{"error": …}` in an HTTP answer. */
export const Refusal = z.object({
  code: RefusalCode,
  /** One or two sentences for a person: what is wrong and what to do about it. */
  message: z.string(),
  /** Where in the request the mistake is, such as `dtlsParameters.fingerprints`. */
  path: z.string().optional(),
  /** With `room_closed`: why, and until when. */
  closed: Closure.optional(),
  /** With `busy`: when to ask again, in ms. */
  retryAfterMs: z.int().min(0).max(60_000).optional(),
  /** With `in_lobby`, from version 2 on. */
  lobby: LobbyPlace.optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** The one error class for everything a caller may be told. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly code: RefusalCode;
  readonly path: string | undefined;
  readonly closed: Closure | undefined;
  readonly retryAfterMs: number | undefined;
  readonly lobby: LobbyPlace | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    options: {
      path?: string | undefined;
      closed?: Closure | undefined;
      retryAfterMs?: number | undefined;
      lobby?: LobbyPlace | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.closed = options.closed;
    this.retryAfterMs = options.retryAfterMs;
    this.lobby = options.lobby;
  }

  static fromJson({ code, message, ...details }: Refusal): RefusalError {
    return new RefusalError(code, message, details);
  }

  get retry(): 'no' | 'later' | 'rejoin' {
    return refusals[this.code].retry;
  }

  /** The status of an HTTP answer that carries this refusal. */
  get status(): number {
    return refusals[this.code].status;
  }

  toJSON(): Refusal {
    return {
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.closed === undefined ? {} : { closed: this.closed }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.lobby === undefined ? {} : { lobby: this.lobby }),
    };
  }
}

/**
 * Validates what came from outside.
 *
 * @throws RefusalError `bad_request` that names the first mistake and its path.
 */
export function parseRequest<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new RefusalError('bad_request', `${path || 'The request'}: ${issue?.message ?? 'is not valid'}.`, {
    path,
  });
}
