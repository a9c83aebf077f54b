import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { inSpan, type Logger } from '@parley/telemetry';
import type { z } from 'zod';
import { Availability } from './availability.ts';
import { backoffMs } from './backoff.ts';
import { KubeError, mayRetry, retryAfterMs } from './error.ts';
import { type Fence, openFence } from './fence.ts';
import { Transport } from './transport.ts';

export type Query = Record<string, string | number | boolean | undefined>;

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

export interface RequestOptions {
  log: Logger;
  /** Is told of every answer and how long it took; the code is `none` where none came. */
  observe?: (method: string, code: string, seconds: number) => void;
  /** What every write has to pass. Default: all may. */
  fence?: Fence;
  /** How long the API server may take over an ordinary request. Default: 10 s. */
  timeoutMs?: number;
  /** How often a request is tried that may yet succeed. Default: 4 times. */
  attempts?: number;
  /** Whether the API server answers, as another client of it already knows. */
  availability?: Availability;
}

/** A worker does not wait longer than this for a server that is busy: its key comes back later. */
const longestPauseMs = 5_000;

/** Requests to the API server: writes pass the fence, and what the server could not do just now is repeated. */
export class Requests {
  readonly availability: Availability;
  readonly #transport: Transport;
  readonly #options: RequestOptions;
  readonly #fence: Fence;
  readonly #timeoutMs: number;
  readonly #attempts: number;

  constructor(config: KubeConfig, options: RequestOptions) {
    this.#transport = new Transport(config);
    this.#options = options;
    this.#fence = options.fence ?? openFence();
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#attempts = options.attempts ?? 4;
    this.availability = options.availability ?? new Availability('The Kubernetes API server', options.log);
  }

  /**
   * Makes a request once and gives the body as it comes.
   *
   * @param silenceMs ends it when nothing came for so long.
   * @throws KubeError, or Error of the connection
   */
  async open(call: Call, silenceMs: number): Promise<IncomingMessage> {
    const response = await this.#send(call, silenceMs, call.signal);
    const status = response.statusCode ?? 0;
    if (status === 401) this.#transport.forgetCredentials();
    if (status === 200) return response;
    throw KubeError.fromAnswer(status, await text(response), response.headers['retry-after']);
  }

  close(): void {
    this.#transport.close();
  }

  /**
   * Makes a request, more than once if need be.
   *
   * @param onLost is told that the request may have taken effect though no good answer came.
   * @throws KubeError, NotLeadingError, or Error of the connection
   */
  run<T>(call: Call, schema: z.ZodType<T>, onLost?: () => void): Promise<T> {
    const attributes = { 'http.request.method': call.method, 'url.path': call.path };
    const run = () => this.#run(call, schema, onLost);
    return inSpan(`kubernetes.${call.method.toLowerCase()}`, run, { kind: 'client', attributes });
  }

  async #run<T>(call: Call, schema: z.ZodType<T>, onLost?: () => void): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer =
          call.method === 'GET'
            ? await this.#attempt(call, this.#timeoutMs, call.signal)
            : await this.#fence.guard(({ signal, timeoutMs }) =>
                this.#attempt(call, Math.min(timeoutMs, this.#timeoutMs), signal),
              );
        return schema.parse(answer);
      } catch (error) {
        if (!(error instanceof KubeError) || error.status >= 500) onLost?.();
        const asked = retryAfterMs(error);
        if (attempt >= this.#attempts || !mayRetry(error) || asked > longestPauseMs) throw error;
        call.signal?.throwIfAborted();
        await sleep(Math.max(asked, backoffMs(attempt, { firstMs: 100, longestMs: 2_000 })));
      }
    }
  }

  /** The server gives up when this client does: no write takes effect long after its time. */
  async #attempt(call: Call, timeoutMs: number, signal?: AbortSignal): Promise<unknown> {
    const limited = { ...call, query: { ...call.query, timeout: `${timeoutMs}ms` } };
    const response = await this.#send(limited, timeoutMs, signal);
    const body = await text(response);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return JSON.parse(body);
    if (status === 401) this.#transport.forgetCredentials();
    throw KubeError.fromAnswer(status, body, response.headers['retry-after']);
  }

  async #send(call: Call, silenceMs: number, signal?: AbortSignal): Promise<IncomingMessage> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined && value !== '') search.set(name, `${value}`);
    }
    const { method } = call;
    const began = performance.now();
    const observe = (code: string) =>
      this.#options.observe?.(method, code, (performance.now() - began) / 1000);
    try {
      const response = await this.#transport.send({
        method,
        path: `${call.path}?${search}`,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        contentType: call.contentType ?? 'application/json',
        silenceMs,
        ...(signal ? { signal } : {}),
      });
      observe(`${response.statusCode}`);
      this.availability.succeeded();
      return response;
    } catch (error) {
      if (!signal?.aborted) {
        observe('none');
        this.availability.failed(error);
      }
      throw error;
    }
  }
}
