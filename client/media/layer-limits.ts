import type { LayersWanted, MediaGeneration, ProducerId } from '@parley/protocol';
import type { SendRequest } from '../connection/connection.ts';
import { type LimitedSender, layersInStream, sendLayers } from './sent-layers.ts';

/** How long layers are not watched before they are not sent any more, in ms: a picture that comes back has to begin with a key frame. */
export const lessAfterMs = 5_000;

/** Between two questions for what is watched, in ms, and up to half as long again: what was said of it may have been lost. */
export const askMs = 15_000;

interface Limit {
  wanted: LayersWanted;
  /** How many layers are sent at most. */
  sent: number;
  /** It is among what may be reduced. */
  reducible: boolean;
  /** To how many frames a second it is reduced. */
  reduced: number | undefined;
  /** How many one stream has when nothing is left out; undefined until something was. */
  inStream: number | undefined;
  lessening: ReturnType<typeof setTimeout> | undefined;
}

/** What one's own network can take of a picture: how many layers, and how many frames a second. */
export interface Reduction {
  layers: number;
  framesPerSecond: number | undefined;
}

/** Leaves out of one's own pictures what nobody watches, and what one's own network cannot take. */
export class LayerLimits {
  readonly #request: SendRequest;
  readonly #senderOf: (id: ProducerId) => LimitedSender | undefined;
  readonly #limits = new Map<ProducerId, Limit>();
  #reduction: Reduction = { layers: Number.POSITIVE_INFINITY, framesPerSecond: undefined };
  #generation: MediaGeneration | undefined;
  #asking: ReturnType<typeof setTimeout> | undefined;
  /** A sender takes one change at a time. */
  #last: Promise<void> = Promise.resolve();

  /** @param senderOf what sends a producer of one's own; undefined where it does not, or not any more. */
  constructor(request: SendRequest, senderOf: (id: ProducerId) => LimitedSender | undefined) {
    this.#request = request;
    this.#senderOf = senderOf;
  }

  /** The server says what others watch. */
  heed(wanted: LayersWanted): void {
    const known = this.#limits.get(wanted.producerId);
    if (known && wanted.revision < known.wanted.revision) return;
    const limit = known ?? this.#begin(wanted);
    const lessening = limit.lessening !== undefined && limit.wanted.layers === wanted.layers;
    limit.wanted = wanted;
    if (!lessening) this.#settle(limit);
  }

  /** Sends no more than this of these producers from now on. Said again, it counts for those that are new. */
  reduce(reduction: Reduction, producerIds: readonly ProducerId[]): void {
    const { layers, framesPerSecond } = this.#reduction;
    const same = layers === reduction.layers && framesPerSecond === reduction.framesPerSecond;
    this.#reduction = reduction;
    const whole = reduction.layers === Number.POSITIVE_INFINITY;
    for (const producerId of producerIds) {
      const known = this.#limits.get(producerId);
      if (known ? same && known.reduced === reduction.framesPerSecond : whole) continue;
      // All of it is watched until the server says otherwise.
      const limit = known ?? this.#begin({ producerId, layers: Number.POSITIVE_INFINITY, revision: 0 });
      limit.reducible = true;
      this.#apply(limit);
    }
  }

  /** Goes on over the media of this generation, and asks what was missed; without one, waits for the next. */
  attach(generation: MediaGeneration | undefined): void {
    this.#generation = generation;
    if (generation !== undefined && this.#limits.size > 0) void this.#ask();
  }

  /** Forgets everything. */
  clear(): void {
    for (const { lessening } of this.#limits.values()) clearTimeout(lessening);
    clearTimeout(this.#asking);
    this.#asking = undefined;
    this.#limits.clear();
    this.#generation = undefined;
  }

  #begin(wanted: LayersWanted): Limit {
    const limit: Limit = {
      wanted,
      sent: Number.POSITIVE_INFINITY,
      reducible: false,
      reduced: undefined,
      inStream: undefined,
      lessening: undefined,
    };
    this.#limits.set(wanted.producerId, limit);
    this.#asking ??= this.#askLater();
    return limit;
  }

  /** How many layers are sent of what is watched. */
  #layersOf({ wanted, reducible }: Limit): number {
    return reducible ? Math.min(wanted.layers, this.#reduction.layers) : wanted.layers;
  }

  #settle(limit: Limit): void {
    clearTimeout(limit.lessening);
    limit.lessening = undefined;
    const layers = this.#layersOf(limit);
    if (layers === limit.sent) return;
    if (layers > limit.sent) this.#apply(limit);
    else limit.lessening = setTimeout(() => this.#apply(limit), lessAfterMs);
  }

  #apply(limit: Limit): void {
    clearTimeout(limit.lessening);
    limit.lessening = undefined;
    const { producerId } = limit.wanted;
    const layers = this.#layersOf(limit);
    const framesPerSecond = limit.reducible ? this.#reduction.framesPerSecond : undefined;
    const before = { sent: limit.sent, reduced: limit.reduced };
    limit.sent = layers;
    limit.reduced = framesPerSecond;
    this.#last = this.#last.then(async () => {
      try {
        const sender = this.#senderOf(producerId);
        if (!sender) throw new Error('It is not sent.');
        limit.inStream ??= layersInStream(sender);
        await sendLayers(sender, layers, limit.inStream, framesPerSecond);
      } catch {
        // What is not sent yet, or was just changed otherwise, is settled when the answer to the next question comes.
        Object.assign(limit, before);
      }
    });
  }

  #askLater(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#ask(), askMs * (1 + Math.random() / 2));
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#asking);
    this.#asking = undefined;
    for (const id of this.#limits.keys()) if (!this.#senderOf(id)) this.#limits.delete(id);
    if (this.#limits.size === 0) return;
    this.#asking = this.#askLater();
    const generation = this.#generation;
    if (generation === undefined) return;
    try {
      const { producers } = await this.#request('wantedLayers', { generation });
      if (this.#generation === generation) for (const wanted of producers) this.heed(wanted);
    } catch {
      // It is asked again; the link or the connection may be gone.
    }
  }
}
