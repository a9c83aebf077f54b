import {
  type ConsumerOptions,
  type IceServer,
  type MediaGeneration,
  type MediaLossId,
  type MediaSession,
  type MediaSource,
  type ProducerId,
  RefusalError,
  type RtpCapabilities,
  type RtpParameters,
} from '@parley/protocol';
import { Device, type types } from 'mediasoup-client';
import { toRefusal } from '../connection/refusal.ts';
import type { SoundOptions, VideoCodec } from '../types.ts';
import { chooseCodec } from './codecs.ts';
import { chooseSending } from './encodings.ts';
import { Path, type PathHandlers, type PathOptions } from './path.ts';

export interface LinkOptions extends PathOptions {
  iceTransportPolicy: RTCIceTransportPolicy;
  videoCodec: VideoCodec;
  /** What the network can take, in bit/s, where another link found it out. */
  bandwidth?: number | undefined;
}

interface Publish {
  id: ProducerId;
  source: MediaSource;
  track: MediaStreamTrack;
  paused: boolean;
  sound: SoundOptions | undefined;
  /** Called once it sends, before the server has answered. */
  sends?: (producer: types.Producer) => void;
}

/** Relays alone are used if the user wants that, or where the SFU can be reached in no other way. */
export function icePolicy(
  wished: Pick<LinkOptions, 'iceTransportPolicy'>,
  { iceTransportPolicy }: Pick<MediaSession, 'iceTransportPolicy'>,
): RTCIceTransportPolicy {
  return iceTransportPolicy === 'relay' ? 'relay' : wished.iceTransportPolicy;
}

/** Starts the browser's WebRTC, which takes it long the first time, while the server is still asked. */
export async function warmUp(): Promise<void> {
  try {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: { codecs: [], headerExtensions: [] } });
  } catch {
    // What is wrong is said when a link is opened.
  }
}

/** The two WebRTC transports of one media session, good for one generation of the room's media, until they are lost. */
export class Link {
  readonly generation: MediaGeneration;
  /** The participant's last loss before they were opened. */
  readonly loss: MediaLossId | undefined;
  readonly #device: Device;
  readonly #send: types.Transport;
  readonly #receive: types.Transport;
  readonly #paths: Path[];
  readonly #options: LinkOptions;
  readonly #handlers: PathHandlers;
  #iceServers: IceServer[];
  /** What is being published, and once the server was asked for it, the answer. */
  readonly #publishing = new Map<string, { publish: Publish; answer?: Promise<void> }>();
  /** Rejects when the link closes: what a closed RTCPeerConnection was asked for never settles. */
  readonly #gone = Promise.withResolvers<never>();
  #closed = false;

  private constructor(device: Device, session: MediaSession, options: LinkOptions, handlers: PathHandlers) {
    this.generation = session.generation;
    this.loss = session.loss;
    this.#gone.promise.catch(() => {});
    this.#device = device;
    this.#options = options;
    this.#handlers = handlers;
    this.#iceServers = session.iceServers;
    const common = { iceServers: session.iceServers, iceTransportPolicy: icePolicy(options, session) };
    this.#send = device.createSendTransport({ ...session.send, ...common });
    this.#receive = device.createRecvTransport({ ...session.receive, ...common });
    const { changed, begun, connected } = handlers;
    const watching: PathHandlers = { changed, begun, connected, broken: () => this.#broken() };
    this.#paths = [this.#send, this.#receive].map(
      transport => new Path(transport, this.generation, options, watching),
    );
    // The id is the client's own choice, so the next track need not wait for the answer either.
    this.#send.on('produce', ({ rtpParameters, appData }, done) => {
      const id = String(appData.id);
      this.#announce(id, rtpParameters);
      done({ id });
    });
  }

  /** Makes both transports ready; nothing is sent before the first producer or consumer. @throws RefusalError */
  static async open(session: MediaSession, options: LinkOptions, handlers: PathHandlers): Promise<Link> {
    try {
      const device = await Device.factory();
      await device.load({
        routerRtpCapabilities: session.routerRtpCapabilities as types.RtpCapabilities,
      });
      return new Link(device, session, options, handlers);
    } catch (cause) {
      throw new RefusalError(
        'bad_request',
        'This browser cannot take part in video calls. Use a current Chrome, Edge, Firefox or Safari.',
        { cause },
      );
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The relays, with credentials that are as new as they come. */
  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }

  /** Whether a path to the SFU is lost and being looked for. */
  get repairing(): boolean {
    return this.#paths.some(path => path.repairing);
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.#device.recvRtpCapabilities as RtpCapabilities;
  }

  /**
   * Sends `track`, and resolves when the server has taken it. It stays the caller's: it is neither stopped nor disabled here.
   *
   * @throws RefusalError
   */
  async produce(publish: Publish): Promise<types.Producer> {
    const { track, source, sound } = publish;
    if (source === 'screen' && track.contentHint === '') track.contentHint = 'detail';
    const { sendRtpCapabilities: send, recvRtpCapabilities: receive } = this.#device;
    const { capability: codec, layering } = chooseCodec(this.#options.videoCodec, { send, receive });
    this.#publishing.set(publish.id, { publish });
    let producer: types.Producer | undefined;
    try {
      producer = await this.#unlessGone(
        this.#send.produce({
          track,
          ...chooseSending(source, {
            ...track.getSettings(),
            ...sound,
            music: track.contentHint === 'music',
            layering,
            bandwidth: this.#options.bandwidth,
          }),
          ...(track.kind === 'video' && codec && { codec }),
          stopTracks: false,
          disableTrackOnPause: false,
          zeroRtpOnPause: true,
          appData: { id: publish.id },
        }),
      );
      if (publish.paused) producer.pause();
      publish.sends?.(producer);
      await this.#unlessGone(Promise.resolve(this.#publishing.get(publish.id)?.answer));
      return producer;
    } catch (error) {
      producer?.close();
      throw toRefusal(error);
    } finally {
      this.#publishing.delete(publish.id);
    }
  }

  /** Receives what the server made a consumer for. @throws RefusalError */
  async consume({ id, producerId, kind, rtpParameters }: ConsumerOptions): Promise<types.Consumer> {
    try {
      return await this.#unlessGone(
        this.#receive.consume({
          id,
          producerId,
          kind,
          rtpParameters: rtpParameters as types.RtpParameters,
        }),
      );
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'UnsupportedError') {
        throw new RefusalError('bad_request', 'This browser cannot play what a participant sends.', {
          cause,
        });
      }
      // Half a negotiation cannot be taken back.
      this.#broken();
      throw toRefusal(cause);
    }
  }

  /** Takes new TURN credentials and looks after paths that were lost while the server could not be asked. */
  async refresh(iceServers: IceServer[]): Promise<void> {
    this.#iceServers = iceServers;
    try {
      await Promise.all([this.#send, this.#receive].map(one => one.updateIceServers({ iceServers })));
    } catch {
      // The old ones go on for as long as they are valid.
    }
    for (const path of this.#paths) path.check();
  }

  /** The client may be on another network: looks for new paths at once. */
  networkChanged(): void {
    for (const path of this.#paths) path.networkChanged();
  }

  /** What the network can take of what is sent, in bit/s, as the browser says, if it does. */
  async bandwidth(): Promise<number | undefined> {
    if (this.#closed) return undefined;
    const report = await this.#unlessGone(this.#send.getStats()).catch(() => new Map());
    for (const stats of report.values()) {
      if (stats.type === 'candidate-pair' && stats.nominated && stats.availableOutgoingBitrate > 0) {
        return stats.availableOutgoingBitrate;
      }
    }
    return undefined;
  }

  stats(): { direction: 'send' | 'receive'; report: Promise<RTCStatsReport> }[] {
    if (this.#closed) return [];
    return [
      { direction: 'send', report: this.#send.getStats() },
      { direction: 'receive', report: this.#receive.getStats() },
    ];
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gone.reject(new RefusalError('media_lost', 'The media connection was closed.'));
    for (const path of this.#paths) path.close();
    this.#send.close();
    this.#receive.close();
  }

  #unlessGone<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#gone.promise]);
  }

  #announce(id: string, rtpParameters: types.RtpParameters): void {
    const publishing = this.#publishing.get(id);
    if (!publishing) return;
    const { id: producerId, source, paused } = publishing.publish;
    const { generation } = this;
    const request = { generation, producerId, source, rtpParameters: rtpParameters as RtpParameters, paused };
    publishing.answer = this.#twice(async () => {
      await this.#options.request('publish', request);
    });
    publishing.answer.catch(() => {}); // Whoever publishes hears of it, unless that was given up.
  }

  /** The server knows a repeated request by its ids, so one lost answer does no harm. */
  async #twice<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.code !== 'unavailable' || !this.#options.online() || this.#closed) throw refusal;
      return send();
    }
  }

  #broken(): void {
    if (!this.#closed) this.#handlers.broken();
  }
}

/** What sending needs of a link. */
export type Publisher = Pick<Link, 'generation' | 'closed' | 'produce'>;

/** What receiving needs of a link. */
export type Receiver = Pick<Link, 'generation' | 'closed' | 'consume' | 'rtpCapabilities'>;
