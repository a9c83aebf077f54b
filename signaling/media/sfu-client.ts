import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  controlRequest,
  type LayersWantedOf,
  RefusalError,
  readControlAnswer,
} from '@parley/protocol';
import {
  activeTrace,
  annotate,
  exemplarOf,
  formatTraceparent,
  type HttpAnswer,
  HttpClient,
  HttpTimeoutError,
  inSpan,
} from '@parley/telemetry';
import type { Metrics } from '../metrics.ts';

/** How long a call may take, in ms. */
const usualTimeoutMs = 5000;

/** Where an SFU is, and how it is called. */
export interface SfuTarget {
  controlUrl: string;
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
  call<C extends ControlCall>(
    target: SfuTarget,
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const call = () => this.#call(target, name, params, body);
    return inSpan(`sfu.${name}`, call, { kind: 'client', attributes: { 'rpc.method': name } });
  }

  async #call<C extends ControlCall>(
    target: SfuTarget,
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const trace = activeTrace();
    const stop = this.#metrics.sfuCallSeconds.startTimer({ call: name }, {});
    try {
      const value = await this.#request(target, name, params, body);
      stop({ outcome: 'ok' }, exemplarOf(trace));
      if ('wanted' in value && value.wanted.length > 0) this.#heard(value.wanted);
      return value;
    } catch (error) {
      stop({ outcome: error instanceof RefusalError ? error.code : 'internal' }, exemplarOf(trace));
      throw error;
    }
  }

  async #request<C extends ControlCall>(
    target: SfuTarget,
    name: C,
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const trace = activeTrace();
    const traceparent = trace && formatTraceparent(trace);
    const { controlUrl } = target;
    const request = controlRequest(name, { controlUrl, traceparent, token: this.#token }, params, body);
    annotate({ 'http.request.method': request.method, 'url.full': request.url.href });
    const answer = await this.#send({ ...request, timeoutMs: target.timeoutMs ?? this.#timeoutMs });
    annotate({ 'http.response.status_code': answer.status });
    return readControlAnswer(name, answer);
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
