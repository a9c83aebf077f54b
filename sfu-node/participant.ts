import {
  type ConsumerId,
  type ControlBody,
  type ParticipantId,
  type ProducerId,
  RefusalError,
  type TransportId,
  type TransportOptions,
} from '@parley/protocol';
import { inSpan } from '@parley/telemetry';
import type { types } from 'mediasoup';
import { checkProducer } from './client-parameters.ts';
import { countDemand, type Demand } from './demand.ts';
import { initialBitrate } from './initial-bitrate.ts';
import type { Limits } from './limits.ts';
import type { LoudestGate } from './loudest-gate.ts';
import { mediaLost, refusalOf } from './media-errors.ts';
import { MediaTransport } from './media-transport.ts';
import type { IncomingPipes } from './mesh/incoming-pipes.ts';
import { OnceMap } from './once-map.ts';
import type { Pipes, Published } from './pipes.ts';
import type { RoomRouter } from './room-router.ts';
import type { StreamMeter } from './stream-meter.ts';
import { type OpenedConsumers, Subscriptions } from './subscriptions.ts';
import type { Voices } from './voices.ts';

type Direction = ControlBody<'openTransport'>['direction'];
export type ProducerContent = ControlBody<'openProducer'> & { participant: ParticipantId };

/** What the participants of a room share. */
export interface Stage {
  readonly producers: OnceMap<ProducerId, ProducerContent, Published>;
  readonly pipes: Pipes;
  /** What comes from other SFUs of the room. */
  readonly incoming: IncomingPipes;
  /** A participant has to come anew, as something that they receive was cut for good. */
  readonly forgotten: (participant: ParticipantId) => void;
  readonly demand: Demand;
  readonly voices: Voices;
  readonly meter: StreamMeter;
  /** Lets the loudest microphones through, where only those are heard. */
  readonly gate: LoudestGate | undefined;
  readonly limits: Limits;
}

/**
 * Between two requests for a key frame of one layer that a producer gets, in ms. The first goes out at once; those of all who come or
 * change layers meanwhile, also from other routers, are one more at the end. A key frame is about ten times as large as another frame: at
 * two a second, while many come, two fifths of the publisher's rate are key frames; and who comes in between waits for at most that. It is long
 * enough to be felt: mediasoup asks for one when a stream begins, before anybody receives it, so that the first who do wait for the second.
 */
const keyFrameRequestDelay = 500;

/** The media of one participant: a transport for each direction, what is sent on one and received on the other. */
export class Participant {
  readonly #id: ParticipantId;
  readonly #stage: Stage;
  readonly #home: RoomRouter;
  readonly #transports = new OnceMap<TransportId, { direction: Direction }, MediaTransport>(
    'There is a transport of the other direction under this id. Choose another id.',
  );
  readonly #directions = new Map<Direction, TransportId>();
  readonly #producerIds = new Set<ProducerId>();
  readonly #subscriptions: Subscriptions;
  #closed: 'open' | 'closed' | 'routerClosed' = 'open';

  /** @param home the router that carries its transports. */
  constructor(id: ParticipantId, stage: Stage, home: RoomRouter) {
    this.#id = id;
    this.#stage = stage;
    this.#home = home;
    this.#subscriptions = new Subscriptions(stage, home, () => {
      // As the first cut closes it, all else that it received goes, too.
      if (!this.closed) stage.forgotten(id);
    });
  }

  get id(): ParticipantId {
    return this.#id;
  }

  get home(): RoomRouter {
    return this.#home;
  }

  get closed(): boolean {
    return this.#closed !== 'open';
  }

  get transports(): MediaTransport[] {
    return [...this.#transports.values()];
  }

  /** Whether it has no transport, nor one in the making. */
  get empty(): boolean {
    return this.#transports.size === 0;
  }

  get connected(): boolean {
    return this.transports.some(transport => transport.connected);
  }

  get producers(): types.Producer[] {
    return [...this.#producerIds].map(id => this.#stage.producers.get(id)?.producer).filter(isThere);
  }

  /** Those that somebody may watch or hear. */
  get watchedProducers(): types.Producer[] {
    const watched = [...this.#producerIds].filter(id => this.#stage.demand.isWatched(id));
    return watched.map(id => this.#stage.producers.get(id)?.producer).filter(isThere);
  }

  get consumers(): types.Consumer[] {
    return this.#subscriptions.all;
  }

  /** Whether it ever asked for what others send. */
  get subscribed(): boolean {
    return this.#subscriptions.begun;
  }

  /**
   * @param initialOutgoingBitrate its bandwidth, in bit/s, if that is known.
   * @throws RefusalError `conflict` if there is another transport of this direction.
   */
  async openTransport(
    id: TransportId,
    direction: Direction,
    initialOutgoingBitrate?: number,
  ): Promise<TransportOptions> {
    const transport = await this.#transports.open(id, { direction }, async () => {
      if (this.#directions.has(direction)) {
        throw new RefusalError('conflict', `This participant has a ${direction} transport already.`);
      }
      this.#directions.set(direction, id);
      try {
        return await this.#makeTransport(id, direction, initialOutgoingBitrate);
      } catch (error) {
        this.#directions.delete(direction);
        throw refusalOf(error, 'direction');
      }
    });
    return transport.options;
  }

  /** @throws RefusalError `not_found` */
  async transport(id: TransportId): Promise<MediaTransport> {
    const transport = await this.#transports.settled(id);
    if (transport) return transport;
    throw new RefusalError('not_found', `This participant has no transport ${id}. Open it first.`);
  }

  /** What its network can take, in bit/s, as long as that is known. */
  async outgoingBitrate(): Promise<number | undefined> {
    const id = this.#directions.get('receive');
    const transport = id === undefined ? undefined : this.#transports.get(id);
    return transport?.outgoingBitrate().catch(error => {
      throw refusalOf(error, 'participant');
    });
  }

  /** @throws RefusalError `bad_request`, `conflict`, `too_large`, or `not_found` without a send transport. */
  async openProducer(id: ProducerId, body: ControlBody<'openProducer'>): Promise<void> {
    checkProducer(body.kind, body.source, body.rtpParameters);
    const { producers, limits } = this.#stage;
    await producers.open(id, { ...body, participant: this.#id }, async () => {
      if (this.#producerIds.size >= limits.producersPerParticipant) {
        throw new RefusalError(
          'too_large',
          `A participant sends at most ${limits.producersPerParticipant} tracks.`,
        );
      }
      this.#producerIds.add(id);
      try {
        const producer = await this.#makeProducer(body);
        this.#stage.meter.addProducer(producer);
        countDemand(this.#stage.demand, producer, id, this.#id);
        if (body.source === 'microphone') {
          this.#stage.voices.add(producer, this.#home, this.#id);
          this.#stage.gate?.add(producer, this.#id);
        }
        return { producer, participant: this.#id, home: this.#home, source: body.source };
      } catch (error) {
        this.#producerIds.delete(id);
        throw refusalOf(error, 'rtpParameters');
      }
    });
  }

  /** @throws RefusalError `not_found` */
  async pauseProducer(id: ProducerId, paused: boolean): Promise<void> {
    const published = this.#producerIds.has(id) ? await this.#stage.producers.settled(id) : undefined;
    if (!published) throw new RefusalError('not_found', `This participant has no producer ${id}.`);
    const { producer } = published;
    await (paused ? producer.pause() : producer.resume()).catch(error => {
      throw refusalOf(error, 'producer');
    });
  }

  /** Closes a producer, and everyone's consumers of it, if it is there. */
  async closeProducer(id: ProducerId): Promise<void> {
    if (!this.#producerIds.has(id)) return;
    const published = await this.#stage.producers.settled(id);
    if (published) this.#stage.meter.closing([published.producer]);
    published?.producer.close();
    this.#producerIds.delete(id);
    this.#stage.producers.delete(id);
  }

  /** @throws RefusalError `not_found` without a receive transport; what goes wrong with one producer stands in `refused`. */
  async openConsumers(body: ControlBody<'openConsumers'>): Promise<OpenedConsumers> {
    const transport = await this.#transportFor('receive');
    const answer = await this.#subscriptions.open(transport, body);
    if (this.closed) throw this.#goneError();
    return answer;
  }

  /** Consumers that are gone are passed over. */
  async pauseConsumers(ids: readonly ConsumerId[], paused: boolean): Promise<void> {
    await this.#subscriptions.pause(ids, paused);
  }

  /** Consumers that are gone are passed over. */
  async setLayers(layers: ControlBody<'setLayers'>['consumers']): Promise<void> {
    await this.#subscriptions.setLayers(layers);
  }

  closeConsumers(ids: readonly ConsumerId[]): void {
    this.#subscriptions.close(ids);
  }

  /** Closes all that it has. */
  close(): void {
    if (this.closed) return;
    this.#stage.meter.closing([...this.producers, ...this.consumers]);
    this.#closed = 'closed';
    for (const transport of this.transports) transport.close();
    for (const id of this.#producerIds) this.#stage.producers.delete(id);
    this.#forget();
  }

  /** The router went, and everything with it. */
  routerClosed(): void {
    if (this.closed) return;
    this.#closed = 'routerClosed';
    for (const id of this.#producerIds) this.#stage.producers.delete(id);
    this.#forget();
  }

  #forget(): void {
    this.#transports.clear();
    this.#directions.clear();
    this.#producerIds.clear();
    this.#subscriptions.transportClosed();
  }

  #goneError(): RefusalError {
    if (this.#closed === 'routerClosed') return mediaLost();
    return new RefusalError('not_found', 'This participant has been closed.');
  }

  async #makeTransport(
    id: TransportId,
    direction: Direction,
    bandwidth: number | undefined,
  ): Promise<MediaTransport> {
    const { limits } = this.#stage;
    const router = await this.#home.made;
    const create = () =>
      router.createWebRtcTransport({
        webRtcServer: this.#home.worker.webRtcServer,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        initialAvailableOutgoingBitrate: initialBitrate(bandwidth, limits),
        iceConsentTimeout: limits.consentSeconds,
      });
    const attributes = { 'parley.direction': direction };
    const transport = await inSpan('mediasoup.createWebRtcTransport', create, { attributes });
    if (direction === 'send') await transport.setMaxIncomingBitrate(limits.incomingBitrate);
    if (!this.closed) return new MediaTransport(id, transport);
    transport.close();
    throw this.#goneError();
  }

  async #makeProducer(body: ControlBody<'openProducer'>): Promise<types.Producer> {
    const transport = await this.#transportFor('send');
    const { kind, rtpParameters, paused } = body;
    const producer = await transport.produce({ kind, rtpParameters, paused, keyFrameRequestDelay });
    if (!this.closed) return producer;
    producer.close();
    throw this.#goneError();
  }

  async #transportFor(direction: Direction): Promise<MediaTransport> {
    const id = this.#directions.get(direction);
    const transport = id === undefined ? undefined : await this.#transports.settled(id);
    if (transport) return transport;
    throw new RefusalError('not_found', `This participant has no ${direction} transport. Open it first.`);
  }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
