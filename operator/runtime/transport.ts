import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

export interface HttpCall {
  method: string;
  /** Path and query. */
  path: string;
  body?: string;
  contentType: string;
  /** Gives up when the connection is silent for so long. */
  silenceMs: number;
  signal?: AbortSignal;
}

/** How long credentials are used before `client-node` is asked again: service account tokens rotate. */
const credentialsMs = 60_000;

/** HTTP to the API server, over connections that are kept. */
export class Transport {
  readonly #config: KubeConfig;
  #options: Promise<RequestOptions> | undefined;
  #until = 0;
  #agent: Agent | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** @throws Error of the connection. */
  async send(call: HttpCall): Promise<IncomingMessage> {
    const url = new URL(this.#config.getCurrentCluster()?.server ?? 'http://no-cluster.invalid');
    const target = new URL(`${url.pathname.replace(/\/$/, '')}${call.path}`, url);
    const options = await this.#credentials();
    const silent = () => new Error(`No answer to ${call.method} ${target.pathname} for ${call.silenceMs} ms`);
    return new Promise((resolve, reject) => {
      const request = (target.protocol === 'http:' ? httpRequest : httpsRequest)(
        target,
        {
          ...options,
          method: call.method,
          headers: {
            ...options.headers,
            accept: 'application/json',
            'user-agent': 'parley-operator',
            ...(call.body === undefined
              ? {}
              : { 'content-type': call.contentType, 'content-length': Buffer.byteLength(call.body) }),
          },
          timeout: call.silenceMs,
          ...(call.signal ? { signal: call.signal } : {}),
        },
        response => {
          response.once('error', () => request.destroy());
          resolve(response);
        },
      );
      request.once('error', reject);
      request.once('timeout', () => request.destroy(silent()));
      request.end(call.body);
    });
  }

  /** Asks for credentials anew at the next call. */
  forgetCredentials(): void {
    this.#until = 0;
  }

  close(): void {
    this.#agent?.destroy();
  }

  #credentials(): Promise<RequestOptions> {
    if (this.#options && Date.now() < this.#until) return this.#options;
    this.#until = Date.now() + credentialsMs;
    this.#options = this.#resolve().catch((error: unknown) => {
      this.#until = 0;
      throw error;
    });
    return this.#options;
  }

  async #resolve(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    const cluster = this.#config.getCurrentCluster();
    if (cluster?.proxyUrl || cluster?.server.startsWith('http:')) return options;
    // client-node's agent for a direct connection closes it after each request.
    this.#agent ??= new Agent({ keepAlive: true, keepAliveMsecs: 30_000 });
    return { ...options, agent: this.#agent };
  }
}
