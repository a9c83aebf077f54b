import type { MediaSource, ProducerId, RefusalError } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import type { SentMedia, SoundOptions } from '../types.ts';
import { randomUuid } from '../uuid.ts';
import type { Publisher } from './link.ts';

const maxAttempts = 6;

/** What is to be sent, and how. */
export interface Wanted extends SentMedia {
  sound?: SoundOptions;
}

/** A producer that the server may know of. */
interface Sending {
  id: ProducerId;
  sound: SoundOptions | undefined;
  link: Publisher;
  /** Sends already, though the server has not answered. */
  early?: types.Producer;
  producer: types.Producer | undefined;
  /** What the server was last told. */
  paused: boolean;
  /** Whether the server says that it is paused. */
  heard?: boolean;
}

/**
 * One source of one's own: holds what is wanted and, one step after the other, makes it so. Whatever is asked for
 * meanwhile only changes what is wanted; a new link starts from nothing.
 */
export class Publication {
  readonly #source: MediaSource;
  readonly #request: SendRequest;
  readonly #changed: () => void;
  #wanted: Wanted | undefined;
  #sending: Sending | undefined;
  /** What goes on over the link that the room moves from, for those who have not moved yet. */
  #former: Sending | undefined;
  #link: Publisher | undefined;
  #running = false;
  #wake = new AbortController();
  #waiters: PromiseWithResolvers<void>[] = [];

  constructor(source: MediaSource, request: SendRequest, changed: () => void) {
    this.#source = source;
    this.#request = request;
    this.#changed = changed;
  }

  get wanted(): Wanted | undefined {
    return this.#wanted;
  }

  /** The producer that the server has or is about to get. */
  get producerId(): ProducerId | undefined {
    return this.#sending?.id;
  }

  /** Every producer that the server may have, also the one that the room moves from. */
  get producerIds(): ProducerId[] {
    return this.#all.map(({ id }) => id);
  }

  /** What sends a producer, also the one that the room moves from. */
  sender(id: ProducerId): RTCRtpSender | undefined {
    return this.#all.find(sending => sending.id === id)?.producer?.rtpSender;
  }

  /** Whether what is wanted is sent over `link`. */
  isOver(link: Publisher): boolean {
    return !this.#wanted || (this.#sending?.producer !== undefined && this.#sending.link === link);
  }

  /** Resolves once what is wanted is so, also where that takes a reconnection first. @throws RefusalError */
  want(wanted: Wanted | undefined): Promise<void> {
    this.#wanted = wanted;
    // Nothing is sent against somebody's will for as long as the server cannot be told.
    if (!wanted || wanted.paused) this.#silence();
    // What is sent over another link than the one that is worked on is nobody else's to bring up to date.
    for (const { link, producer } of this.#all) {
      if (wanted && producer && link !== this.#link && producer.track !== wanted.track) {
        producer.replaceTrack(wanted).catch(() => {});
      }
    }
    this.#changed();
    const waiter = Promise.withResolvers<void>();
    this.#waiters.push(waiter);
    void this.#run();
    return waiter.promise;
  }

  /** The server says so of a producer that it has: somebody else may have muted it. */
  heed(paused: boolean, id = this.producerId): void {
    const sending = this.#all.find(each => each.id === id);
    if (!sending) return;
    sending.heard = paused;
    this.#adopt();
  }

  /** Being muted by somebody else is what is wanted from then on. What one asks for oneself is heard before it is answered. */
  #adopt(): void {
    const wanted = this.#wanted;
    const muted = this.#all.filter(({ heard, paused }) => heard && !paused);
    if (this.#running || muted.length === 0 || !wanted || wanted.paused || !this.#isSettled()) return;
    this.#silence();
    for (const sending of muted) sending.paused = true;
    this.#wanted = { ...wanted, paused: true };
    this.#changed();
    void this.#run();
  }

  #silence(): void {
    for (const { producer, early } of this.#all) (producer ?? early)?.pause();
  }

  /** Goes on over `link`; without one, waits for the next. What an older link still carries goes on, too, until that closes. */
  attach(link: Publisher | undefined): void {
    this.#link = link;
    this.#wake.abort();
    this.#wake = new AbortController();
    if (this.#former?.link.closed) this.#former = undefined;
    if (this.#sending?.link.closed) this.#sending = undefined;
    if (link && this.#sending && this.#sending.link !== link) {
      this.#former = this.#sending;
      this.#sending = undefined;
    }
    if (link) void this.#run();
  }

  /** Gives up what is wanted. */
  cancel(error: RefusalError): void {
    this.#wanted = undefined;
    this.#sending = undefined;
    this.#former = undefined;
    this.#link = undefined;
    this.#finish(waiter => waiter.reject(error));
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let failures = 0;
    while (!this.#isSettled() && this.#link) {
      const link = this.#link;
      try {
        await this.#step(link, this.#wanted);
        failures = 0;
      } catch (error) {
        if (this.#link !== link) continue;
        const refusal = toRefusal(error);
        failures++;
        if (refusal.retry === 'no' || failures >= maxAttempts) {
          this.#refused(refusal);
          break;
        }
        await pause(backoffMs(failures), this.#wake.signal);
      }
    }
    this.#running = false;
    if (this.#isSettled()) this.#finish(waiter => waiter.resolve());
    this.#adopt();
  }

  get #all(): Sending[] {
    return [this.#sending, this.#former].filter(sending => sending !== undefined);
  }

  #isSettled(): boolean {
    const [wanted, sending] = [this.#wanted, this.#sending];
    if (!wanted || !sending) return !wanted && this.#all.length === 0;
    if (!sameSound(sending.sound, wanted.sound)) return false;
    return sending.producer?.track === wanted.track && !this.#unlike(wanted);
  }

  /** What is paused and should not be, or the other way round. */
  #unlike(wanted: SentMedia): Sending | undefined {
    return this.#all.find(
      ({ producer, paused }) => producer && !(producer.paused === wanted.paused && paused === wanted.paused),
    );
  }

  /** Takes one step towards what is wanted. */
  async #step(link: Publisher, wanted: Wanted | undefined): Promise<void> {
    const sending = this.#sending;
    if (!wanted) await Promise.all(this.#all.map(each => this.#stop(each)));
    else if (!sending?.producer) await this.#start(link, wanted);
    // It is negotiated once.
    else if (!sameSound(sending.sound, wanted.sound)) await this.#stop(sending);
    else if (sending.producer.track !== wanted.track) await sending.producer.replaceTrack(wanted);
    else await this.#setPaused(this.#unlike(wanted), wanted.paused);
  }

  async #start(link: Publisher, { track, paused, sound }: Wanted): Promise<void> {
    // What a failed attempt may have left on the server goes first.
    await this.#stop(this.#sending);
    const id = randomUuid() as ProducerId;
    const sending: Sending = { id, link, producer: undefined, paused, sound };
    this.#sending = sending;
    const sends = (early: types.Producer) => {
      sending.early = early;
      if (this.#wanted?.paused !== false) early.pause();
    };
    sending.producer = await link.produce({ id, source: this.#source, track, paused, sound, sends });
    this.#changed();
  }

  async #stop(sending: Sending | undefined): Promise<void> {
    if (!sending) return;
    sending.producer?.close();
    sending.producer = undefined;
    try {
      const { id: producerId, link } = sending;
      await this.#request('unpublish', { producerId, generation: link.generation });
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.retry !== 'no') throw refusal;
    }
    if (this.#sending === sending) this.#sending = undefined;
    if (this.#former === sending) this.#former = undefined;
  }

  async #setPaused(sending: Sending | undefined, paused: boolean): Promise<void> {
    const producer = sending?.producer;
    if (!producer) return;
    if (paused) producer.pause();
    const { id: producerId, link } = sending;
    try {
      await this.#request('pauseProducer', { producerId, paused, generation: link.generation });
    } catch (error) {
      // The room has left the former media meanwhile.
      if (sending !== this.#former || toRefusal(error).retry !== 'no') throw error;
      this.#former = undefined;
      return;
    }
    sending.paused = paused;
    // They may want something else by now.
    if (!paused && this.#wanted?.paused === false) producer.resume();
  }

  #refused(error: RefusalError): void {
    if (!this.#sending?.producer) {
      this.#wanted = undefined;
      this.#sending = undefined;
      this.#changed();
    }
    this.#finish(waiter => waiter.reject(error));
  }

  #finish(settle: (waiter: PromiseWithResolvers<void>) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) settle(waiter);
  }
}

function sameSound(one: SoundOptions = {}, other: SoundOptions = {}): boolean {
  return one.dtx === other.dtx && one.fec === other.fec;
}
