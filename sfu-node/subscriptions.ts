import {
  type ConsumerId,
  type ConsumerOptions,
  type ControlBody,
  type ControlResponse,
  type ProducerId,
  RefusalError,
  type RemoteProducer,
  type RtpCapabilities,
} from '@parley/protocol';
import { errors, type types } from 'mediasoup';
import { refusalOf } from './media-errors.ts';
import type { MediaTransport } from './media-transport.ts';
import { OnceMap } from './once-map.ts';
import type { Stage } from './participant.ts';
import type { RoomRouter } from './room-router.ts';
import { producerGone, type Supply, supply } from './supply.ts';

export type OpenedConsumers = Pick<ControlResponse<'openConsumers'>, 'consumers' | 'refused'>;

/** Goes before pictures of people where the bandwidth is short; their priority is 1. */
const screenPriority = 10;

/** What one participant receives: a consumer for each producer that they asked for. */
export class Subscriptions {
  readonly #stage: Stage;
  readonly #home: RoomRouter;
  readonly #forgotten: () => void;
  readonly #byProducer = new OnceMap<ProducerId, undefined, types.Consumer>('');
  readonly #consumers = new Map<ConsumerId, types.Consumer>();
  /** Where that comes from what a consumer brings. */
  readonly #supplyOf = new WeakMap<types.Consumer, Supply>();
  #begun = false;
  #closed = false;

  /** @param home the router that receives. @param forgotten is called when something went though it may still be sent. */
  constructor(stage: Stage, home: RoomRouter, forgotten: () => void) {
    this.#stage = stage;
    this.#home = home;
    this.#forgotten = forgotten;
  }

  get all(): types.Consumer[] {
    return [...this.#consumers.values()];
  }

  /** Whether anything was ever asked for. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Makes paused consumers on `transport`, or gives those that are there. What goes wrong with one stands in `refused`.
   *
   * @param elsewhere where those are that another SFU carries.
   */
  async open(
    transport: MediaTransport,
    { producerIds, rtpCapabilities, elsewhere = [] }: ControlBody<'openConsumers'>,
  ): Promise<OpenedConsumers> {
    this.#begun = true;
    const answer: OpenedConsumers = { consumers: [], refused: [] };
    const openOne = async (producerId: ProducerId) => {
      try {
        const remote = elsewhere.find(one => one.producerId === producerId);
        const make = () => this.#make(transport, producerId, rtpCapabilities, remote);
        const consumer = await this.#byProducer.open(producerId, undefined, make);
        answer.consumers.push(optionsOf(consumer, producerId));
      } catch (error) {
        answer.refused.push({ producerId, error: refusalOf(error, 'rtpCapabilities').toJSON() });
      }
    };
    await Promise.all([...new Set(producerIds)].map(openOne));
    return answer;
  }

  /** Consumers that are gone, with their producer perhaps, are passed over. A key frame is asked for at each resumption. */
  async pause(ids: readonly ConsumerId[], paused: boolean): Promise<void> {
    const pauseOne = async (consumer: types.Consumer) => {
      try {
        await (paused ? consumer.pause() : consumer.resume());
        await this.#wish(consumer);
      } catch (error) {
        if (error instanceof errors.WorkerClosedError || !consumer.closed)
          throw refusalOf(error, 'consumerIds');
      }
    };
    const consumers = ids.map(id => this.#consumers.get(id)).filter(consumer => consumer !== undefined);
    await Promise.all(consumers.map(pauseOne));
  }

  /** The largest pictures that are wanted; consumers that are gone, and those of sound, are passed over. */
  async setLayers(wanted: ControlBody<'setLayers'>['consumers']): Promise<void> {
    const setOne = async ({ consumerId, spatialLayer }: (typeof wanted)[number]) => {
      const consumer = this.#consumers.get(consumerId);
      if (consumer?.kind !== 'video') return;
      try {
        await consumer.setPreferredLayers({ spatialLayer });
        // What is paused still counts as it did.
        if (!consumer.paused) await this.#wish(consumer);
      } catch (error) {
        if (error instanceof errors.WorkerClosedError || !consumer.closed)
          throw refusalOf(error, 'consumers');
      }
    };
    await Promise.all(wanted.map(setOne));
  }

  /** Says how much of a picture is watched by this. */
  #wish(consumer: types.Consumer): Promise<void> | undefined {
    if (consumer.closed) return undefined;
    const { spatialLayer = Number.POSITIVE_INFINITY } = consumer.preferredLayers ?? {};
    return this.#supplyOf.get(consumer)?.wish(consumer, consumer.paused ? 0 : spatialLayer + 1);
  }

  close(ids: readonly ConsumerId[]): void {
    const consumers = ids.map(id => this.#consumers.get(id)).filter(consumer => consumer !== undefined);
    this.#stage.meter.closing(consumers);
    for (const consumer of consumers) consumer.close();
  }

  /** Their transport went, and they with it. */
  transportClosed(): void {
    this.#closed = true;
  }

  async #make(
    transport: MediaTransport,
    producerId: ProducerId,
    rtpCapabilities: RtpCapabilities,
    remote: RemoteProducer | undefined,
  ): Promise<types.Consumer> {
    const { limits } = this.#stage;
    if (this.#byProducer.size >= limits.consumersPerParticipant) {
      throw new RefusalError(
        'too_large',
        `A participant receives at most ${limits.consumersPerParticipant} tracks.`,
      );
    }
    const supplied = await supply(this.#stage, this.#home, producerId, remote);
    const consumer = await this.#consume(transport, supplied, rtpCapabilities).catch(error => {
      supplied.release();
      const gone = error instanceof errors.NotFoundError || supplied.gone;
      throw gone && !this.#home.closed ? producerGone(producerId) : error;
    });
    // Commands reach a worker in order; one that dies takes the consumer along.
    if (supplied.source === 'screen') consumer.setPriority(screenPriority).catch(() => {});
    if (this.#closed || supplied.gone || consumer.closed) {
      consumer.close();
      supplied.release();
      throw producerGone(producerId);
    }
    const id = consumer.id as ConsumerId;
    this.#consumers.set(id, consumer);
    this.#stage.meter.addConsumer(consumer, transport);
    this.#supplyOf.set(consumer, supplied);
    // Who is about to watch is sent the smallest picture as soon as they let it flow.
    void supplied.wish(consumer, 1);
    consumer.observer.once('close', () => {
      void supplied.wish(consumer, undefined);
      this.#consumers.delete(id);
      this.#byProducer.delete(producerId);
      supplied.release();
      if (supplied.forgotten) this.#forgotten();
    });
    return consumer;
  }

  async #consume(
    transport: MediaTransport,
    { producer }: Supply,
    rtpCapabilities: RtpCapabilities,
  ): Promise<types.Consumer> {
    // Of sound, too: what is lost on the way to a listener is not known to who speaks.
    return transport.consume({ producerId: producer.id, rtpCapabilities, paused: true, enableRtx: true });
  }
}

function optionsOf(consumer: types.Consumer, producerId: ProducerId): ConsumerOptions {
  const { id, kind } = consumer;
  // mediasoup checked the parameters of codecs, which it types as unknown.
  const rtpParameters = consumer.rtpParameters as ConsumerOptions['rtpParameters'];
  return { id: id as ConsumerId, producerId, kind, rtpParameters };
}
