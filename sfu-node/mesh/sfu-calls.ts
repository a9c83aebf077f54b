import {
  type ControlBody,
  type ControlParams,
  type ControlResponse,
  controlRequest,
  RefusalError,
  readControlAnswer,
} from '@parley/protocol';
import { HttpClient, HttpTimeoutError } from '@parley/telemetry';
import type { MeshCall } from './mesh-handlers.ts';

/** Calls the control API of other SFUs. Connections are kept open between calls. */
export class SfuCalls {
  readonly #token: string;
  readonly #http = new HttpClient();

  constructor(token: string) {
    this.#token = token;
  }

  /** @throws RefusalError the other SFU's own, or `unavailable` without an answer that makes sense within `timeoutMs`. */
  async call<C extends MeshCall>(
    name: C,
    to: { controlUrl: string; timeoutMs: number },
    params: ControlParams<C>,
    body: ControlBody<C>,
  ): Promise<ControlResponse<C>> {
    const request = controlRequest(name, { ...to, token: this.#token }, params, body);
    const send = () => this.#http.request({ ...request, timeoutMs: to.timeoutMs });
    try {
      // Every call may be repeated, so one that met a connection which was just being closed is.
      const answer = await send().catch(error => {
        if (error instanceof HttpTimeoutError) throw error;
        return send();
      });
      return readControlAnswer(name, answer);
    } catch (error) {
      if (error instanceof RefusalError) throw error;
      const message = 'Another media server of this meeting cannot be reached. Try again in a few seconds.';
      throw new RefusalError('unavailable', message, { cause: error });
    }
  }

  /** Closes the connections that are kept open. */
  close(): void {
    this.#http.close();
  }
}
