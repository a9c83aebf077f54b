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
import type { Metrics } from '../metrics.ts';

const timeoutMs = 5000;

/** Where an SFU is, and the trace that the call belongs to. */
export interface SfuTarget {
  controlUrl: string;
  traceparent?: string | undefined;
}

/** Calls the SFUs' control API. Connections are kept open between calls. */
export class SfuClient {
  readonly #token: string;
  readonly #metrics: Metrics;

  constructor(token: string, metrics: Metrics) {
    this.#token = token;
    this.#metrics = metrics;
  }

  /** @throws RefusalError the SFU's own, or `unavailable` if it gave no answer that makes sense. */
  async call<C extends ControlCall>(
    target: SfuTarget,
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const stop = this.#metrics.sfuCallSeconds.startTimer({ call: name });
    try {
      const value = await this.#request(target, name, params, body);
      stop({ outcome: 'ok' });
      return value;
    } catch (error) {
      stop({ outcome: error instanceof RefusalError ? error.code : 'internal' });
      throw error;
    }
  }

  async #request<C extends ControlCall>(
    target: SfuTarget,
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const { method, path, response: schema } = controlApi[name];
    const url = new URL(fill(path, params), target.controlUrl);
    const response = await this.#fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(method !== 'GET' && { 'content-type': 'application/json' }),
        ...(target.traceparent && { traceparent: target.traceparent }),
      },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw refusalOf(name, response);
    const parsed = schema.safeParse(response.json);
    if (parsed.success) return parsed.data as ControlResponse<C>;
    throw new RefusalError('unavailable', 'The media server gave an answer that makes no sense.', {
      cause: parsed.error,
    });
  }

  /** Every call may be repeated, so one that met a connection which the SFU had just closed is. */
  async #fetch(url: URL, init: RequestInit): Promise<{ ok: boolean; status: number; json: unknown }> {
    const once = async () => {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      const text = await response.text();
      return { ok: response.ok, status: response.status, json: parseJson(text) };
    };
    try {
      return await once().catch(error => {
        if (error instanceof TypeError) return once();
        throw error;
      });
    } catch (cause) {
      throw new RefusalError(
        'unavailable',
        'The media server cannot be reached. Try again in a few seconds.',
        {
          cause,
        },
      );
    }
  }
}

function fill(path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(`${params[name]}`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(call: ControlCall, response: { status: number; json: unknown }): RefusalError {
  const parsed = z.object({ error: Refusal }).safeParse(response.json);
  // That signaling itself was not let in is not the participant's fault.
  if (parsed.success && response.status !== 401 && response.status !== 403) {
    return RefusalError.fromJson(parsed.data.error);
  }
  return new RefusalError('unavailable', 'The media server refused to work for this meeting.', {
    cause: new Error(`${call} was answered with status ${response.status}.`),
  });
}
