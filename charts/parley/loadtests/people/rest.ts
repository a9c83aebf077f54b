/** The REST API, by k6's HTTP client. Every call is a sample of its own. */
import http from 'k6/http';
import { restDuration, restFailed } from './metrics.ts';

export interface RestAnswer {
  /** 0 where none came. */
  readonly status: number;
  readonly body: unknown;
}

/** A call of the REST API did not do what a load test needs. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code = 'rest';
}

export class RestApi {
  readonly #base: string;
  readonly #apiKey: string;

  constructor(base: string, apiKey: string) {
    this.#base = base;
    this.#apiKey = apiKey;
  }

  /** `call` is what the samples are named by. `expected`: further statuses that are no failure. */
  async ask(
    call: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { body, expected = [] }: { body?: object; expected?: readonly number[] } = {},
  ): Promise<RestAnswer> {
    const began = Date.now();
    const response = await http.asyncRequest(
      method,
      `${this.#base}${path}`,
      body === undefined ? null : JSON.stringify(body),
      {
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        tags: { name: call },
        timeout: '30s',
      },
    );
    const { status } = response;
    restDuration.add(Date.now() - began, { call });
    restFailed.add(!((status >= 200 && status < 300) || expected.includes(status)), { call });
    return { status, body: jsonOf(response.body) };
  }

  /** As `ask`, where only success will do. @throws RestError in words that say what to do */
  async want(call: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const answer = await this.ask(call, method, path, body ? { body } : {});
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const { code, message } = Object(Object(answer.body).error);
    if (answer.status === 0)
      throw new RestError(`${this.#base} does not answer. Is BASE_URL right, and reachable from here?`);
    throw new RestError(
      `${method} ${path} was answered with status ${answer.status}, ${code ?? 'without a code'}: ${message ?? ''}${
        answer.status === 401 ? ' Is API_KEY right?' : ''
      }`,
    );
  }
}

function jsonOf(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
