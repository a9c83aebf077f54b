import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from '@parley/telemetry';
import { z } from 'zod';
import { Availability } from './availability.ts';
import { backoffMs } from './backoff.ts';
import { isStatus, KubeError, mayRetry, retryAfterMs } from './error.ts';
import { type Fence, openFence } from './fence.ts';
import { apiPath, type Kind, type KubeObject, type ObjectName } from './kinds.ts';
import { Transport } from './transport.ts';

type Query = Record<string, string | number | boolean | undefined>;

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

export interface KubeApiOptions {
  /** Name under which this client's fields are known to the API server. */
  fieldManager: string;
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

/**
 * Calls the Kubernetes API in plain JSON and repeats what the server could not do just now. `client-node` says where
 * the server is and how to prove who is calling.
 */
export class KubeApi {
  readonly availability: Availability;
  readonly #transport: Transport;
  readonly #options: KubeApiOptions;
  readonly #fence: Fence;
  readonly #timeoutMs: number;
  readonly #attempts: number;

  constructor(config: KubeConfig, options: KubeApiOptions) {
    this.#transport = new Transport(config);
    this.#options = options;
    this.#fence = options.fence ?? openFence();
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#attempts = options.attempts ?? 4;
    this.availability = options.availability ?? new Availability('The Kubernetes API server', options.log);
  }

  /** @throws KubeError, also in the following methods; those that write also NotLeadingError. */
  async get<T extends KubeObject>(kind: Kind<T>, name: ObjectName): Promise<T> {
    return this.#call({ method: 'GET', path: apiPath(kind, name) }, kind.schema);
  }

  /** One page of a collection, unparsed. */
  async listPage(
    kind: Kind<KubeObject>,
    namespace: string | undefined,
    query: Query,
    signal: AbortSignal,
  ): Promise<unknown> {
    return this.#call({ method: 'GET', path: apiPath(kind, { namespace }), query, signal }, z.unknown());
  }

  /**
   * Makes an object. Its name has to be in `body`: where an answer was lost, the object of that name that is found by
   * the next attempt is taken for the one that was made.
   */
  async create<T extends KubeObject>(kind: Kind<T>, name: ObjectName, body: object): Promise<T> {
    return this.#make(kind, name, body, async refusal => {
      // A server may miss what the first attempt has taken, such as node ports, before it sees that the name is there.
      if (!isStatus(refusal, 409) && !isStatus(refusal, 422)) throw refusal;
      return this.get(kind, name).catch(error => {
        throw isStatus(error, 404) ? refusal : error;
      });
    });
  }

  /** As `create`, for callers that need not see it and may not read. */
  async createBlind(kind: Kind<KubeObject>, name: ObjectName, body: object): Promise<void> {
    await this.#make<unknown>(kind, name, body, async refusal => {
      if (!isStatus(refusal, 409)) throw refusal;
    });
  }

  /** Replaces an object. The body names the version that it replaces. */
  async update<T extends KubeObject>(kind: Kind<T>, name: ObjectName, body: object): Promise<T> {
    const path = apiPath(kind, name);
    const query = { fieldManager: this.#options.fieldManager };
    return this.#call({ method: 'PUT', path, query, body }, kind.schema);
  }

  /**
   * Server-side apply: the fields in `body` become this manager's, also those that another had, and what it owned
   * before and leaves out now is removed.
   */
  async apply<T extends KubeObject>(
    kind: Kind<T>,
    { metadata }: KubeObject,
    body: object,
    subresource?: 'status',
  ): Promise<T> {
    const { apiVersion, kind: name } = kind;
    // The uid keeps it from touching another object that has taken this one's name.
    const target = { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid };
    const call: Call = {
      method: 'PATCH',
      path: `${apiPath(kind, metadata)}${subresource ? `/${subresource}` : ''}`,
      query: { fieldManager: this.#options.fieldManager, force: true },
      body: { apiVersion, kind: name, metadata: target, ...body },
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
    };
    return this.#call(call, kind.schema);
  }

  /** Applies a JSON merge patch, to the status subresource if asked to. */
  async patch<T extends KubeObject>(
    kind: Kind<T>,
    name: ObjectName,
    body: object,
    subresource?: 'status',
  ): Promise<T> {
    const path = `${apiPath(kind, name)}${subresource ? `/${subresource}` : ''}`;
    const query = { fieldManager: this.#options.fieldManager };
    const contentType = 'application/merge-patch+json';
    return this.#call({ method: 'PATCH', path, query, body, contentType }, kind.schema);
  }

  /**
   * Deletes the object with this uid. One that is gone, or another of its name, is as good.
   *
   * @param graceSeconds how long a pod may take to end, instead of what it says itself; 0: nobody is asked.
   * @returns the object, if it is still there until its finalizers or its pod are done.
   */
  async delete<T extends KubeObject>(
    kind: Kind<T>,
    name: ObjectName,
    uid: string,
    { graceSeconds }: { graceSeconds?: number } = {},
  ): Promise<T | undefined> {
    try {
      const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
      const body = { preconditions: { uid }, ...grace };
      const answer = await this.#call({ method: 'DELETE', path: apiPath(kind, name), body }, z.unknown());
      return kind.schema.safeParse(answer).data;
    } catch (error) {
      if (isStatus(error, 404) || isStatus(error, 409)) return undefined;
      throw error;
    }
  }

  /**
   * Opens a watch and gives its body, one JSON object per line. It is not repeated by itself.
   *
   * @param silenceMs ends it when nothing came for so long.
   */
  async openWatch(
    kind: Kind<KubeObject>,
    namespace: string | undefined,
    query: Query,
    silenceMs: number,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const response = await this.#send(
      { method: 'GET', path: apiPath(kind, { namespace }), query: { ...query, watch: true } },
      silenceMs,
      signal,
    );
    if (response.statusCode === 200) return response;
    throw KubeError.fromAnswer(response.statusCode ?? 0, await text(response), response.headers);
  }

  close(): void {
    this.#transport.close();
  }

  /** @param onRefusal says what a refusal means after an attempt whose answer was lost. */
  async #make<T>(
    kind: Kind<KubeObject & T>,
    { namespace }: ObjectName,
    body: object,
    onRefusal: (refusal: unknown) => Promise<T>,
  ): Promise<T> {
    const query = { fieldManager: this.#options.fieldManager };
    const call: Call = { method: 'POST', path: apiPath(kind, { namespace }), query, body };
    let lost = false;
    try {
      return await this.#call(call, kind.schema, () => {
        lost = true;
      });
    } catch (error) {
      if (lost) return onRefusal(error);
      throw error;
    }
  }

  /** @param onLost is told that the request may have taken effect though no good answer came. */
  async #call<T>(call: Call, schema: z.ZodType<T>, onLost?: () => void): Promise<T> {
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
    throw KubeError.fromAnswer(status, body, response.headers);
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
