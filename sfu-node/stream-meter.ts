import type { types } from 'mediasoup';
import { figuresOf, growth, noFigures, type StreamFigures } from './stream-figures.ts';

/** How often some streams are asked, in ms, and in how many such rounds all of them are. */
const roundMs = 1_000;
const rounds = 5;
/**
 * How many are asked in a round at most: with more that flow, a lap takes longer. To ask 100 takes 1.6 ms of this process and 0.4 ms of a
 * worker, so that at most 0.8 % of a core go into it.
 */
const mostPerRound = 500;
/** How many that are about to close are asked at a time at most. */
const mostLast = 1_000;
/** Round trips that take longer than this, in ms, are no measurement; they are what a client says. */
const longestRoundTripMs = 10_000;

export type Stream = types.Producer | types.Consumer;
export type StreamDirection = 'sent' | 'received';

/** Where what is counted goes. */
export interface StreamSink {
  grew(direction: StreamDirection, kind: types.MediaKind, by: StreamFigures): void;
  /** One of each client in each lap. */
  roundTrip(seconds: number): void;
}

interface Known {
  readonly stream: Stream;
  readonly direction: StreamDirection;
  /** What has been counted of each RTP stream, by its SSRC. */
  readonly counted: Map<number, StreamFigures>;
  /** Whether it did not flow when it was last asked, so that there is nothing new as long as it does not. */
  rested: boolean;
  /** What it is one of, of a client. */
  readonly client: object | undefined;
}

/**
 * Counts what goes through the streams between clients and the SFU. Each that flows is asked once in five seconds, a few at a time, and
 * once more before it closes: workers obey in order, so their answer comes first. A worker that dies takes along what came since.
 */
export class StreamMeter {
  readonly #sink: StreamSink;
  readonly #known = new Map<Stream, Known>();
  readonly #consumersOf = new Map<string, Set<types.Consumer>>();
  #lap: Iterator<Known> | undefined;
  /** Clients whose round trip was taken in this lap. */
  #heard = new WeakSet<object>();
  #asking = false;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), roundMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What a client sends. */
  addProducer(producer: types.Producer): void {
    if (producer.closed) return;
    this.#add(producer, 'received', undefined);
    producer.observer.once('close', () => this.#known.delete(producer));
  }

  /** What is sent to a client, of whom `client` stands for one. */
  addConsumer(consumer: types.Consumer, client: object): void {
    if (consumer.closed) return;
    this.#add(consumer, 'sent', client);
    const { producerId } = consumer;
    const all = this.#consumersOf.get(producerId) ?? new Set();
    this.#consumersOf.set(producerId, all.add(consumer));
    consumer.observer.once('close', () => {
      this.#known.delete(consumer);
      all.delete(consumer);
      if (all.size === 0) this.#consumersOf.delete(producerId);
    });
  }

  /** These are about to be closed, and with producers what is received of them. */
  closing(streams: Iterable<Stream>): void {
    for (const stream of streams) {
      this.#askLast(stream);
      for (const consumer of this.#consumersOf.get(stream.id) ?? []) this.#askLast(consumer);
    }
  }

  /** Asks the next few. One that is not answered yet lets the next wait. */
  async round(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    await Promise.all(this.#next().map(known => this.#ask(known)));
    this.#asking = false;
  }

  #add(stream: Stream, direction: StreamDirection, client: object | undefined): void {
    this.#known.set(stream, { stream, direction, counted: new Map(), rested: false, client });
  }

  /** The next fifth of all, without those that rest. */
  #next(): Known[] {
    const asked: Known[] = [];
    for (let left = Math.ceil(this.#known.size / rounds); left > 0 && asked.length < mostPerRound; left--) {
      this.#lap ??= this.#known.values();
      const { value: known, done } = this.#lap.next();
      if (done) {
        this.#lap = undefined;
        this.#heard = new WeakSet();
        break;
      }
      if (!known.rested || flows(known.stream)) asked.push(known);
    }
    return asked;
  }

  #askLast(stream: Stream): void {
    const known = this.#known.get(stream);
    if (!known || stream.closed || (known.rested && !flows(stream)) || this.#last >= mostLast) return;
    this.#last++;
    void this.#ask(known).finally(() => this.#last--);
  }

  async #ask(known: Known): Promise<void> {
    const { stream, direction } = known;
    const flowed = flows(stream);
    const stats = await statsOf(stream).catch(() => undefined);
    if (!stats) return;
    known.rested = !flowed;
    let isFresh = false;
    for (const each of stats) {
      const before = known.counted.get(each.ssrc) ?? noFigures;
      const { grown, counted } = growth(before, figuresOf(each, direction === 'sent'));
      known.counted.set(each.ssrc, counted);
      isFresh ||= grown.packets > 0;
      this.#sink.grew(direction, stream.kind, grown);
    }
    if (isFresh) this.#hear(known.client, stats[0]?.roundTripTime ?? 0);
  }

  #hear(client: object | undefined, ms: number): void {
    // 0 is what mediasoup says until it is known.
    if (!client || ms <= 0 || ms > longestRoundTripMs || this.#heard.has(client)) return;
    this.#heard.add(client);
    this.#sink.roundTrip(ms / 1_000);
  }
}

const flows = (stream: Stream) => !stream.paused && !('producerPaused' in stream && stream.producerPaused);

/** Without those of the producer, which mediasoup gives with a consumer's own. */
async function statsOf(stream: Stream): Promise<(types.ProducerStat | types.ConsumerStat)[]> {
  const type = 'producerId' in stream ? 'outbound-rtp' : 'inbound-rtp';
  return (await stream.getStats()).filter(each => each.type === type);
}
