import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlApi,
  Refusal,
  RefusalError,
} from '@parley/protocol';
import { z } from 'zod';

/** Calls an SFU's control API as signaling does. */
export class ControlClient {
  readonly #url: string;
  readonly #token: string;

  /** @param url the SFU's control URL. */
  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws RefusalError what the SFU refused, TypeError if it cannot be reached. */
  async call<C extends ControlCall>(
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const { method, path, response: schema } = controlApi[name];
    const filled = path.replace(/:(\w+)/g, (_, key) => (params as Record<string, string>)[key] ?? '');
    const response = await fetch(`${this.#url}${filled}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    if (response.ok) return schema.parse(json) as ControlResponse<C>;
    throw RefusalError.fromJson(z.object({ error: Refusal }).parse(json).error);
  }
}
