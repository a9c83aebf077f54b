import { type ConsumerOptions, type ProducerId, RefusalError } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import { layerFor, layersOf } from './layers.ts';
import type { Receiver } from './link.ts';
import { lessAfterMs } from './views.ts';

/** The protocol's limit for one request. */
const batchSize = 64;

/** How many pictures come back into sight at a time, and the pause before the next ones, in ms: each begins with a key frame. */
const returning = 8;
const returnMs = 100;

/** How far the way from a producer to a picture is gone. */
interface Subscription {
  options: ConsumerOptions;
  consumer: types.Consumer | undefined;
  /** The server lets media flow, or did before it was out of sight. */
  flowing: boolean;
  hidden: boolean;
  /** It has not flowed for long enough for the page to show it. */
  fresh: boolean;
  /** The largest layer that the server was told of, if it was. */
  layer: number | undefined;
}

/**
 * Receives the producers that are wanted. One batch is on its way at a time; those that come meanwhile make up the
 * next one.
 */
export class Subscriptions {
  readonly #request: SendRequest;
  readonly #changed: () => void;
  readonly #areaOf: (producer: ProducerId) => number | undefined;
  readonly #isElsewhere: (producer: ProducerId) => boolean;
  readonly #subscriptions = new Map<ProducerId, Subscription>();
  /** Those that cannot be had. */
  readonly #refused = new Set<ProducerId>();
  #wanted: ReadonlySet<ProducerId> = new Set();
  #link: Receiver | undefined;
  #madeOn: Receiver | undefined;
  #running = false;
  #wake = new AbortController();

  /**
   * `changed` is called when tracks came. `areaOf` says on how many pixels of the screen a picture is shown; 0: it is out of sight. Where the
   * page did not say, it is received small for a moment, so that it is there by the time that it is shown. What comes another way
   * (`isElsewhere`) is out of sight here, and out of hearing.
   */
  constructor(
    request: SendRequest,
    changed: () => void,
    areaOf: (producer: ProducerId) => number | undefined = () => Number.POSITIVE_INFINITY,
    isElsewhere: (producer: ProducerId) => boolean = () => false,
  ) {
    this.#request = request;
    this.#changed = changed;
    this.#areaOf = areaOf;
    this.#isElsewhere = isElsewhere;
  }

  track(producer: ProducerId): MediaStreamTrack | undefined {
    return this.#subscriptions.get(producer)?.consumer?.track;
  }

  /** How a producer is received; undefined until it is. */
  consumer(producer: ProducerId): types.Consumer | undefined {
    return this.#subscriptions.get(producer)?.consumer;
  }

  *consumers(): Generator<[ProducerId, types.Consumer]> {
    for (const [producer, { consumer }] of this.#subscriptions) if (consumer) yield [producer, consumer];
  }

  /** Whether it is received, or about to be, over a link that is open. */
  holds(producer: ProducerId): boolean {
    return this.#madeOn?.closed === false && this.#wanted.has(producer);
  }

  /** Whether it was refused for good. */
  cannotHave(producer: ProducerId): boolean {
    return this.#refused.has(producer);
  }

  /** What is received, with the `mid` under which webrtc-stats know it. */
  received(): { producerId: ProducerId; mid: string; kind: 'audio' | 'video' }[] {
    return [...this.consumers()].map(([producerId, { localId: mid, kind }]) => ({ producerId, mid, kind }));
  }

  want(wanted: ReadonlySet<ProducerId>): void {
    this.#wanted = wanted;
    for (const [producer, { consumer }] of this.#subscriptions) {
      if (wanted.has(producer)) continue;
      consumer?.close();
      this.#subscriptions.delete(producer);
    }
    for (const producer of this.#refused) if (!wanted.has(producer)) this.#refused.delete(producer);
    this.look();
  }

  /** Pictures may be shown in other sizes. */
  look(): void {
    queueMicrotask(() => void this.#run());
  }

  /**
   * Receives over `link` from now on; without one, waits for the next. Resolves when all that is wanted came or
   * something first failed; what failed is tried again.
   */
  attach(link: Receiver | undefined): Promise<void> {
    if (this.#madeOn?.closed || (link && link !== this.#madeOn)) {
      this.#subscriptions.clear();
      this.#refused.clear();
      this.#madeOn = undefined;
    }
    this.#link = link;
    this.#madeOn ??= link;
    this.#wake.abort();
    this.#wake = new AbortController();
    return this.#run();
  }

  async #run(): Promise<void> {
    const link = this.#link;
    if (!link || this.#running) return;
    this.#running = true;
    const first = Promise.withResolvers<void>();
    void this.#loop(first.resolve).finally(first.resolve);
    await first.promise;
  }

  async #loop(failed: () => void): Promise<void> {
    let attempt = 0;
    for (let link = this.#link; link; link = this.#link) {
      try {
        if (!(await this.#step(link))) break;
        attempt = 0;
      } catch {
        failed();
        if (this.#link === link) await pause(backoffMs(++attempt), this.#wake.signal);
      }
    }
    this.#running = false;
  }

  /** One batch of every kind that is due; false if nothing is. */
  async #step(link: Receiver): Promise<boolean> {
    const missing = [...this.#wanted].filter(id => !this.#subscriptions.has(id) && !this.#refused.has(id));
    const asked = missing.slice(0, batchSize);
    const later = asked.length > 0 ? await this.#ask(link, asked) : undefined;
    if (this.#link !== link) return true;

    const silent = [...this.#subscriptions.values()].filter(({ consumer }) => !consumer);
    if (silent.length > 0) await this.#consume(link, silent);
    if (this.#link !== link) return true;

    const looked = await this.#lookAt(link);
    if (later) throw later;
    return asked.length + silent.length > 0 || looked;
  }

  /** False if nothing was due. Nothing that begins to flow waits for an answer about its layer, which is said first. */
  async #lookAt(link: Receiver): Promise<boolean> {
    const there = [...this.#subscriptions.values()].filter(({ consumer }) => consumer);
    const layered = there.filter(one => this.#dueLayer(one) !== undefined).slice(0, batchSize);
    const waiting = there.filter(one => (!one.flowing || one.hidden) && !this.#isHidden(one));
    const anew = waiting.filter(({ flowing }) => !flowing).slice(0, batchSize);
    const paused = anew.length > 0 ? anew : waiting.slice(0, returning);
    await Promise.all([
      layered.length > 0 && this.#setLayers(link, layered),
      paused.length > 0 && this.#resume(link, paused),
    ]);
    if (this.#link !== link) return true;

    // Also what was never in sight, as the publisher may leave it out once it is known that nobody looks.
    const vanished = there.filter(one => !one.hidden && this.#isHidden(one));
    if (vanished.length > 0) await this.#hide(link, vanished.slice(0, batchSize));
    if (this.#link === link && waiting.length > paused.length) await pause(returnMs, this.#wake.signal);
    return layered.length + paused.length + vanished.length > 0;
  }

  /** Sound is never out of sight. */
  #isHidden(one: Subscription): boolean {
    const { kind, producerId } = one.options;
    return this.#isElsewhere(producerId) || (kind === 'video' && this.#area(one) === 0);
  }

  #area({ options: { producerId }, fresh }: Subscription): number {
    return this.#areaOf(producerId) ?? (fresh ? 1 : 0);
  }

  /** The layer that the server is to be told of; undefined if it knows. */
  #dueLayer(one: Subscription): number | undefined {
    const { kind, rtpParameters } = one.options;
    const area = this.#area(one);
    if (kind !== 'video' || area === 0 || (area === Number.POSITIVE_INFINITY && one.layer === undefined)) {
      return undefined;
    }
    const layers = layersOf(rtpParameters);
    const layer = layerFor(area, layers);
    return layer === (one.layer ?? layers - 1) ? undefined : layer;
  }

  async #setLayers(link: Receiver, due: Subscription[]): Promise<void> {
    const wanted = due.flatMap(one => {
      const spatialLayer = this.#dueLayer(one);
      return spatialLayer === undefined ? [] : [{ one, spatialLayer }];
    });
    const consumers = wanted.map(({ one, spatialLayer }) => ({ consumerId: one.options.id, spatialLayer }));
    try {
      await this.#request('setLayers', { generation: link.generation, consumers });
    } catch (error) {
      // An older server sends what it always did.
      if (toRefusal(error).retry !== 'no') throw error;
    }
    for (const { one, spatialLayer } of wanted) one.layer = spatialLayer;
  }

  async #hide(link: Receiver, vanished: Subscription[]): Promise<void> {
    const consumerIds = vanished.map(({ options }) => options.id);
    await this.#request('pauseConsumers', { generation: link.generation, consumerIds, paused: true });
    for (const one of vanished) one.hidden = true;
  }

  /** Answers with a refusal of those that may be had later. */
  async #ask(link: Receiver, producerIds: ProducerId[]): Promise<RefusalError | undefined> {
    const { generation, rtpCapabilities } = link;
    const request = { generation, producerIds, rtpCapabilities };
    const { consumers, refused } = await this.#request('subscribe', request);
    if (this.#madeOn !== link) return undefined;
    for (const options of consumers) {
      if (!this.#wanted.has(options.producerId)) continue;
      const one = { options, consumer: undefined, flowing: false, hidden: false, fresh: true };
      this.#subscriptions.set(options.producerId, { ...one, layer: undefined });
    }
    const refusals = refused.map(({ producerId, error }) => {
      const refusal = RefusalError.fromJson(error);
      if (refusal.retry === 'no') this.#refused.add(producerId);
      return refusal;
    });
    return refusals.find(({ retry }) => retry !== 'no');
  }

  async #consume(link: Receiver, subscriptions: Subscription[]): Promise<void> {
    const results = await Promise.allSettled(
      subscriptions.map(async subscription => {
        const { producerId } = subscription.options;
        const consumer = await link.consume(subscription.options);
        if (this.#subscriptions.get(producerId) === subscription) subscription.consumer = consumer;
        else consumer.close();
      }),
    );
    this.#changed();
    results.forEach((result, place) => {
      const subscription = subscriptions[place];
      if (result.status === 'fulfilled' || !subscription) return;
      const refusal = toRefusal(result.reason);
      if (refusal.retry !== 'no') throw refusal;
      this.#refused.add(subscription.options.producerId);
      this.#subscriptions.delete(subscription.options.producerId);
    });
  }

  async #resume(link: Receiver, subscriptions: Subscription[]): Promise<void> {
    try {
      const consumerIds = subscriptions.map(({ options }) => options.id);
      await this.#request('pauseConsumers', { generation: link.generation, consumerIds, paused: false });
    } catch (error) {
      // One that has just gone must not keep the others silent.
      if (toRefusal(error).retry !== 'no') throw error;
      if (subscriptions.length > 1) for (const one of subscriptions) await this.#resume(link, [one]);
    }
    for (const one of subscriptions) {
      one.flowing = true;
      one.hidden = false;
    }
    const fresh = subscriptions.filter(one => one.fresh);
    if (fresh.length > 0) setTimeout(() => this.#settleIn(fresh), lessAfterMs);
  }

  /** By now the page shows these, or it does not. */
  #settleIn(fresh: Subscription[]): void {
    for (const one of fresh) one.fresh = false;
    this.look();
  }
}
