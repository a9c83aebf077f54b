import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from '@parley/telemetry';
import { Availability } from './availability.ts';
import { backoffMs } from './backoff.ts';
import { isStatus, KubeError, mayRetry } from './error.ts';
import { apiPath, type Kind, type KubeObject, type ObjectName } from './kinds.ts';
import { Transport } from './transport.ts';

type Query = Record<string, string | number | boolean | undefined>;

interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
}

export interface KubeApiOptions {
  /** Name under which this client's fields are known to the API server. */
  fieldManager: string;
  log: Logger;
  /** Is told of every answer; the code is `none` where none came. */
  observe?: (method: string, code: string) => void;
}

/** How long the API server may take over an ordinary request. */
const requestTimeoutMs = 10_000;
const attempts = 4;

/**
 * Calls the Kubernetes API in plain JSON and repeats what the server could not do just now. `client-node` says where
 * the server is and how to prove who is calling.
 */
export class KubeApi {
  readonly availability: Availability;
  readonly #transport: Transport;
  readonly #options: KubeApiOptions;

  constructor(config: KubeConfig, options: KubeApiOptions) {
    this.#transport = new Transport(config);
    this.#options = options;
    this.availability = new Availability('The Kubernetes API server', options.log);
  }

  /** @throws KubeError, also in the following methods. */
  async get<T extends KubeObject>(kind: Kind<T>, name: ObjectName): Promise<T> {
    return kind.schema.parse(await this.#call({ method: 'GET', path: apiPath(kind, name) }));
  }

  /** One page of a collection, unparsed. */
  async listPage(kind: Kind<KubeObject>, namespace: string | undefined, query: Query): Promise<unknown> {
    return this.#call({ method: 'GET', path: apiPath(kind, { namespace }), query });
  }

  /**
   * Makes an object. Its name has to be in `body`: where an answer was lost, the object of that name that is found by
   * the next attempt is taken for the one that was made.
   */
  async create<T extends KubeObject>(kind: Kind<T>, name: ObjectName, body: object): Promise<T> {
    const { namespace } = name;
    const path = apiPath(kind, { namespace });
    const query = { fieldManager: this.#options.fieldManager };
    let lost = false;
    const made = await this.#call({ method: 'POST', path, query, body }, () => {
      lost = true;
    }).catch((error: unknown) => {
      if (lost && isStatus(error, 409)) return this.#call({ method: 'GET', path: apiPath(kind, name) });
      throw error;
    });
    return kind.schema.parse(made);
  }

  /** Applies a JSON merge patch, to the status subresource if asked to. */
  async patch<T extends KubeObject>(
    kind: Kind<T>,
    name: ObjectName,
    body: object,
    subresource?: 'status',
  ): Promise<T> {
    const path = `${apiPath(kind, name)}${subresource ? `/${subresource}` : ''}`;
    return kind.schema.parse(
      await this.#call({
        method: 'PATCH',
        path,
        query: { fieldManager: this.#options.fieldManager },
        body,
        contentType: 'application/merge-patch+json',
      }),
    );
  }

  /**
   * Deletes the object with this uid. One that is gone, or another of its name, is as good.
   *
   * @returns the object, if it is still there until its finalizers or its pod are done.
   */
  async delete<T extends KubeObject>(kind: Kind<T>, name: ObjectName, uid: string): Promise<T | undefined> {
    try {
      const body = { preconditions: { uid } };
      const answer = await this.#call({ method: 'DELETE', path: apiPath(kind, name), body });
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

  async #call(call: Call, onLost?: () => void): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.#send(call, requestTimeoutMs);
        const body = await text(response);
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return JSON.parse(body);
        if (status === 401) this.#transport.forgetCredentials();
        throw KubeError.fromAnswer(status, body, response.headers);
      } catch (error) {
        if (!(error instanceof KubeError)) onLost?.();
        if (attempt === attempts || !mayRetry(error)) throw error;
        const asked = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
        await sleep(Math.max(Math.min(asked, 5_000), backoffMs(attempt, { firstMs: 100, longestMs: 2_000 })));
      }
    }
  }

  async #send(call: Call, silenceMs: number, signal?: AbortSignal): Promise<IncomingMessage> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined && value !== '') search.set(name, `${value}`);
    }
    const method = call.method;
    try {
      const response = await this.#transport.send({
        method,
        path: `${call.path}?${search}`,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        contentType: call.contentType ?? 'application/json',
        silenceMs,
        ...(signal ? { signal } : {}),
      });
      this.#options.observe?.(method, `${response.statusCode}`);
      this.availability.succeeded();
      return response;
    } catch (error) {
      if (!signal?.aborted) {
        this.#options.observe?.(method, 'none');
        this.availability.failed(error);
      }
      throw error;
    }
  }
}
