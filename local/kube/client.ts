import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { KubeError } from '@parley/resources';

export const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export interface KubeRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** Default: JSON. */
  contentType?: string;
  signal?: AbortSignal;
  /** Gives up when the server is silent for so long. Default: 30 s. */
  timeoutMs?: number;
}

/** Where an API server is and who calls it. */
export interface KubeAccess {
  url: string;
  /** PEM certificate that the server must show. */
  ca: string;
  token: string;
}

/**
 * Calls the Kubernetes API in plain JSON. The library's clients turn what they get into models of the version they
 * were made from; what stands between many versions of API servers and pods is better off with objects as they came.
 */
export class KubeClient {
  readonly #access: KubeAccess;
  readonly #agent: Agent;

  constructor(access: KubeAccess) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, ca: access.ca });
  }

  /** @throws KubeError for a refusal, or the error of the connection. */
  async call<T>(request: KubeRequest): Promise<T> {
    return JSON.parse(await text(await this.open(request))) as T;
  }

  /** Like `call`, but gives the body as a stream. */
  async open({
    method = 'GET',
    path,
    body,
    contentType,
    signal,
    timeoutMs,
  }: KubeRequest): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest(
        new URL(path, this.#access.url),
        {
          agent: this.#agent,
          method,
          headers: {
            Accept: 'application/json',
            Authorization: `Bearer ${this.#access.token}`,
            // Node does not send a DELETE's body as one without its length.
            ...(payload
              ? { 'Content-Type': contentType ?? 'application/json', 'Content-Length': payload.length }
              : {}),
          },
          timeout: timeoutMs ?? 30_000,
          ...(signal ? { signal } : {}),
        },
        resolve,
      );
      request.once('error', reject);
      request.once('timeout', () =>
        request.destroy(new Error(`The API server did not answer ${method} ${path}.`)),
      );
      request.end(payload);
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw KubeError.fromAnswer(status, await text(response), response.headers['retry-after']);
  }

  /** Ends the connections that are kept for later calls. */
  close(): void {
    this.#agent.destroy();
  }
}
