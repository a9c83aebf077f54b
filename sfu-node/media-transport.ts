import { isDeepStrictEqual } from 'node:util';
import {
  type DtlsParameters,
  type IceParameters,
  RefusalError,
  type TransportId,
  type TransportOptions,
} from '@parley/protocol';
import { inSpan } from '@parley/telemetry';
import type { types } from 'mediasoup';
import { refusalOf } from './media-errors.ts';
import type { Traffic } from './traffic-meter.ts';

/** Where a transport stands, as metrics count it. */
export const transportStates = ['new', 'connected', 'disconnected', 'failed'] as const;
export type TransportState = (typeof transportStates)[number];

/** What media goes through, `none` as long as there is no path. */
export const transportProtocols = ['udp', 'tcp', 'none'] as const;
export type TransportProtocol = (typeof transportProtocols)[number];

/** One WebRTC transport under the id that its caller chose. */
export class MediaTransport {
  readonly #id: TransportId;
  readonly #transport: types.WebRtcTransport;
  #connecting: { dtlsParameters: DtlsParameters; done: Promise<void> } | undefined;

  constructor(id: TransportId, transport: types.WebRtcTransport) {
    this.#id = id;
    this.#transport = transport;
  }

  get options(): TransportOptions {
    const { iceParameters, iceCandidates, dtlsParameters } = this.#transport;
    return { id: this.#id, iceParameters, iceCandidates, dtlsParameters };
  }

  get state(): TransportState {
    const { iceState, dtlsState } = this.#transport;
    if (dtlsState === 'failed' || dtlsState === 'closed') return 'failed';
    if (iceState === 'disconnected' || iceState === 'closed') return 'disconnected';
    return dtlsState === 'connected' ? 'connected' : 'new';
  }

  get protocol(): TransportProtocol {
    return this.#transport.iceSelectedTuple?.protocol ?? 'none';
  }

  get connected(): boolean {
    return this.state === 'connected';
  }

  /**
   * Tells the transport whom to expect. Repeating it changes nothing.
   *
   * @throws RefusalError `conflict` if it was told otherwise before.
   */
  async connect(dtlsParameters: DtlsParameters): Promise<void> {
    if (this.#connecting) {
      if (isDeepStrictEqual(this.#connecting.dtlsParameters, dtlsParameters)) return this.#connecting.done;
      throw new RefusalError(
        'conflict',
        'This transport is connected with other DTLS parameters. Open a new one.',
      );
    }
    const connect = () => this.#transport.connect({ dtlsParameters });
    const connecting = { dtlsParameters, done: inSpan('mediasoup.connect', connect) };
    this.#connecting = connecting;
    try {
      await connecting.done;
    } catch (error) {
      this.#connecting = undefined;
      throw refusalOf(error, 'dtlsParameters');
    }
  }

  async restartIce(): Promise<IceParameters> {
    return this.#transport.restartIce();
  }

  async produce(options: types.ProducerOptions): Promise<types.Producer> {
    const attributes = { 'parley.media.kind': options.kind };
    return inSpan('mediasoup.produce', () => this.#transport.produce(options), { attributes });
  }

  async consume(options: types.ConsumerOptions): Promise<types.Consumer> {
    return inSpan('mediasoup.consume', () => this.#transport.consume(options));
  }

  /** What flows through it, in bit/s, and the bytes that came in all. @throws Error of mediasoup if it is closed. */
  async traffic(): Promise<Traffic & { bytesReceived: number }> {
    const [stats] = await this.#transport.getStats();
    const { sendBitrate = 0, recvBitrate = 0, bytesReceived = 0 } = stats ?? {};
    return { sent: sendBitrate, received: recvBitrate, bytesReceived };
  }

  /** What can be sent through it, in bit/s, as estimated; undefined before it is. @throws Error of mediasoup if it is closed. */
  async outgoingBitrate(): Promise<number | undefined> {
    const [stats] = await this.#transport.getStats();
    // 0 is what it says until it is connected.
    return stats?.availableOutgoingBitrate || undefined;
  }

  close(): void {
    this.#transport.close();
  }
}
