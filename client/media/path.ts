import type { MediaGeneration, TransportOptions } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import type { SendRequest } from '../connection/connection.ts';
import { IceGuard } from './ice-guard.ts';
import { Introduction } from './introduction.ts';

/** A path is lost and the server does not answer for so long, in ms: the connection to it must be lost, too. */
const restartTimeoutMs = 2_000;

export interface PathOptions {
  request: SendRequest;
  /** Whether requests can be sent now; `check` is called once they can. */
  online(): boolean;
}

export interface PathHandlers {
  /** `repairing` is another. */
  changed(): void;
  /** There is something to send or to receive: the transport looks for the SFU. */
  begun(): void;
  /** The transport reached the SFU. */
  connected(): void;
  /** It will not any more. */
  broken(): void;
}

/** The way of one transport to the SFU: made without waiting for the server's answers, watched, and repaired. */
export class Path {
  readonly #introduction: Introduction;
  readonly #guard: IceGuard;

  constructor(
    transport: types.Transport,
    generation: MediaGeneration,
    { request, online }: PathOptions,
    handlers: PathHandlers,
  ) {
    const transportId = transport.id as TransportOptions['id'];
    const { changed, begun, connected, broken } = handlers;
    let parameters: types.DtlsParameters | undefined;
    this.#introduction = new Introduction({
      tell: async () =>
        parameters && request('connectTransport', { generation, transportId, dtlsParameters: parameters }),
      online,
      failed: broken,
    });
    transport.on('connect', ({ dtlsParameters }, done) => {
      parameters = dtlsParameters;
      begun();
      this.#introduction.begin();
      done();
    });
    this.#guard = new IceGuard({
      online,
      restart: async () => {
        const { iceParameters } = await request('restartIce', { generation, transportId }, restartTimeoutMs);
        await transport.restartIce({ iceParameters });
      },
      changed,
      connected,
      broken,
    });
    transport.on('connectionstatechange', state => this.#guard.stateChanged(state));
  }

  /** Whether it is lost and being looked for. */
  get repairing(): boolean {
    return this.#guard.repairing;
  }

  /** The client may be on another network. */
  networkChanged(): void {
    this.#guard.networkChanged();
  }

  /** The server can be asked again. */
  check(): void {
    this.#introduction.check();
    this.#guard.check();
  }

  close(): void {
    this.#introduction.close();
    this.#guard.close();
  }
}
