import { type ConsumerOptions, type ProducerId, RefusalError } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import type { Receiver } from './link.ts';

/** The protocol's limit for one request. */
const batchSize = 64;

/** How far the way from a producer to a picture is gone. */
interface Subscription {
  options: ConsumerOptions;
  consumer: types.Consumer | undefined;
  /** The server lets media flow. */
  flowing: boolean;
}

/**
 * Receives the producers that are wanted. One batch is on its way at a time; those that come meanwhile make up the
 * next one.
 */
export class Subscriptions {
  readonly #request: SendRequest;
  readonly #changed: () => void;
  readonly #subscriptions = new Map<ProducerId, Subscription>();
  /** Those that cannot be had. */
  readonly #refused = new Set<ProducerId>();
  #wanted: ReadonlySet<ProducerId> = new Set();
  #link: Receiver | undefined;
  #madeOn: Receiver | undefined;
  #running = false;
  #wake = new AbortController();

  /** `changed` is called when tracks came. */
  constructor(request: SendRequest, changed: () => void) {
    this.#request = request;
    this.#changed = changed;
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

    const paused = [...this.#subscriptions.values()].filter(one => one.consumer && !one.flowing);
    if (paused.length > 0) await this.#resume(link, paused.slice(0, batchSize));
    if (later) throw later;
    return asked.length + silent.length + paused.length > 0;
  }

  /** Answers with a refusal of those that may be had later. */
  async #ask(link: Receiver, producerIds: ProducerId[]): Promise<RefusalError | undefined> {
    const { generation, rtpCapabilities } = link;
    const request = { generation, producerIds, rtpCapabilities };
    const { consumers, refused } = await this.#request('subscribe', request);
    if (this.#madeOn !== link) return undefined;
    for (const options of consumers) {
      if (!this.#wanted.has(options.producerId)) continue;
      this.#subscriptions.set(options.producerId, { options, consumer: undefined, flowing: false });
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
    for (const one of subscriptions) one.flowing = true;
  }
}
