import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlApi,
  type LayersWantedOf,
  Refusal,
  RefusalError,
} from '@parley/protocol';
import { z } from 'zod';
import type { Metrics } from '../metrics.ts';
import { type HttpAnswer, HttpClient, HttpTimeoutError } from './http.ts';

/** How long a call may take, in ms. */
const usualTimeoutMs = 5000;

/** Where an SFU is, and how it is called. */
export interface SfuTarget {
  controlUrl: string;
  /** The trace that the call belongs to. */
  traceparent?: string | undefined;
  /** How long the call may take, in ms, if not as long as usual. */
  timeoutMs?: number;
}

/** Calls the SFUs' control API. Connections are kept open between calls. */
export class SfuClient {
  readonly #token: string;
  readonly #metrics: Metrics;
  readonly #timeoutMs: number;
  readonly #heard: (wanted: LayersWantedOf[]) => void;
  readonly #http = new HttpClient();

  /** @param options `heard` is told what answers say of what is watched. */
  constructor(
    token: string,
    metrics: Metrics,
    options: { timeoutMs?: number; heard?: (wanted: LayersWantedOf[]) => void } = {},
  ) {
    this.#token = token;
    this.#metrics = metrics;
    this.#timeoutMs = options.timeoutMs ?? usualTimeoutMs;
    this.#heard = options.heard ?? (() => {});
  }

  /** Closes the connections that are kept open. */
  close(): void {
    this.#http.close();
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
      if ('wanted' in value && value.wanted.length > 0) this.#heard(value.wanted);
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
    const response = await this.#send({
      method,
      url,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(method !== 'GET' && { 'content-type': 'application/json' }),
        ...(target.traceparent && { traceparent: target.traceparent }),
      },
      body: method === 'GET' ? undefined : JSON.stringify(body),
      timeoutMs: target.timeoutMs ?? this.#timeoutMs,
    });
    const json = parseJson(response.text);
    if (response.status < 200 || response.status > 299) throw refusalOf(name, response.status, json);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data as ControlResponse<C>;
    throw new RefusalError('unavailable', 'The media server gave an answer that makes no sense.', {
      cause: parsed.error,
    });
  }

  /** Every call may be repeated, so one that met a connection which the SFU had just closed is. */
  async #send(request: Parameters<HttpClient['request']>[0]): Promise<HttpAnswer> {
    try {
      return await this.#http.request(request).catch(error => {
        if (error instanceof HttpTimeoutError) throw error;
        return this.#http.request(request);
      });
    } catch (cause) {
      throw new RefusalError(
        'unavailable',
        'The media server cannot be reached. Try again in a few seconds.',
        { cause },
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

function refusalOf(call: ControlCall, status: number, json: unknown): RefusalError {
  const parsed = z.object({ error: Refusal }).safeParse(json);
  // That signaling itself was not let in is not the participant's fault.
  if (parsed.success && status !== 401 && status !== 403) {
    return RefusalError.fromJson(parsed.data.error);
  }
  return new RefusalError('unavailable', 'The media server refused to work for this meeting.', {
    cause: new Error(`${call} was answered with status ${status}.`),
  });
}
