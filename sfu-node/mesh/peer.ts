import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AcquaintanceId,
  type ControlBody,
  type ControlResponse,
  cutOffMs,
  type PipeId,
  RefusalError,
  type RoomUid,
  type SfuInstance,
  type SfuPlace,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { Batch } from './batch.ts';
import { ExpectedPipes, type PipeGone } from './expected-pipes.ts';
import type { SfuCalls } from './sfu-calls.ts';

export interface PeerOptions {
  /** This SFU. */
  own: SfuInstance;
  place: SfuPlace;
  calls: SfuCalls;
  /** It was cut off, or is reached again. */
  changed: () => void;
  /** Whether it says in Redis that it lives; undefined if that is not known. */
  isAlive: (place: SfuPlace) => Promise<boolean | undefined>;
  closed: () => void;
  giveUpMs?: number | undefined;
  log: Logger;
}

/** Between two words to an SFU that answers, and to one that did not, in ms. */
const calmMs = 1_000;
const urgentMs = 100;
/** How long an answer to such a word may take, and how long one that makes something, in ms. */
const wordTimeoutMs = 400;
const callTimeoutMs = 2_000;
/** After how long an SFU that is not reached is given up, unless it says in Redis that it lives, in ms. */
const usualGiveUpMs = 10_000;

type Meeting = ControlResponse<'meetSfu'>;

/** Another SFU that this one receives producers from: keeps in touch with it and hears what it still sends. */
export class Peer {
  readonly #options: PeerOptions;
  readonly #pipes = new ExpectedPipes();
  readonly #closings = new Batch<PipeId, void>(64, pipes => this.#closePipes(pipes));
  readonly #stopped = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #acquaintance: AcquaintanceId | undefined;
  #revision: number | undefined;
  /** Counts words to it, to tell which pipes an answer can know. */
  #word = 0;
  #reachedAtMs = performance.now();
  #failures = 0;
  #cutOff = false;
  /** Why it cannot be used, whatever happens: it is another process or an older one. */
  #refusal: RefusalError | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#first.promise.catch(() => {});
    void this.#run();
  }

  get instance(): SfuInstance {
    return this.#options.place.instance;
  }

  /** How many pipes it sends or is about to. */
  get pipes(): number {
    return this.#pipes.size;
  }

  /** Whether it was not reached for `cutOffMs`. */
  get cutOff(): boolean {
    return this.#cutOff;
  }

  get closed(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Resolves when it has been met. @throws RefusalError `not_found` if it is another process now, else `unavailable`. */
  async met(): Promise<void> {
    await this.#first.promise;
    if (this.#refusal) throw this.#refusal;
    if (this.#acquaintance === undefined) throw unreached();
  }

  /** Has it send producers of a room. @throws RefusalError */
  async openPipes(
    room: RoomUid,
    wanted: Omit<ControlBody<'openPipes'>, 'receiver'>,
  ): Promise<ControlResponse<'openPipes'>> {
    const { calls } = this.#options;
    return calls.call('openPipes', this.#target, { room }, { ...wanted, receiver: this.#receiver });
  }

  /** Tells it where this end of a link is. @throws RefusalError */
  async connectLink(
    room: RoomUid,
    link: ControlResponse<'openPipes'>['links'][number]['link'],
    end: Omit<ControlBody<'connectLink'>, 'receiver'>,
  ): Promise<void> {
    const { calls } = this.#options;
    await calls.call('connectLink', this.#target, { room, link }, { ...end, receiver: this.#receiver });
  }

  /** Expects a pipe of that id, which is about to be asked for. */
  expect(id: PipeId, gone: PipeGone): void {
    this.#pipes.add(id, gone);
  }

  /** The other SFU said that it sends this. */
  sent(id: PipeId): void {
    this.#pipes.sent(id, this.#word + 1);
  }

  /** Tells it how much of pictures is watched here. @throws RefusalError */
  async setPipeLayers(
    room: RoomUid,
    pipes: ControlBody<'setPipeLayers'>['pipes'],
  ): Promise<ControlResponse<'setPipeLayers'>> {
    const { place, calls } = this.#options;
    // A viewer waits for it.
    const to = { controlUrl: place.controlUrl, timeoutMs: wordTimeoutMs };
    return calls.call('setPipeLayers', to, { room }, { receiver: this.#receiver, pipes });
  }

  /** Has it send this no more; it hears of it later if it cannot be told now. */
  async closePipe(id: PipeId): Promise<void> {
    if (this.#pipes.delete(id)) await this.#closings.ask(id).catch(() => {});
  }

  close(): void {
    if (this.closed) return;
    this.#stopped.abort();
    this.#refusal ??= unreached();
    this.#first.resolve();
    this.#pipes.end(false);
    if (this.#cutOff) this.#setCutOff(false);
    this.#options.closed();
  }

  get #target(): { controlUrl: string; timeoutMs: number } {
    return { controlUrl: this.#options.place.controlUrl, timeoutMs: callTimeoutMs };
  }

  get #receiver(): ControlBody<'openPipes'>['receiver'] {
    if (this.#acquaintance === undefined) throw this.#refusal ?? unreached();
    return { sfu: this.#options.own, acquaintance: this.#acquaintance };
  }

  async #closePipes(pipes: PipeId[]): Promise<() => void> {
    if (this.#acquaintance === undefined || this.closed) return () => {};
    const { own: sfu, calls } = this.#options;
    try {
      await calls.call('closePipes', this.#target, { sfu }, { acquaintance: this.#acquaintance, pipes });
    } catch {
      // With the next list of what is sent those turn up that should not be.
      this.#revision = undefined;
    }
    return () => {};
  }

  async #run(): Promise<void> {
    while (!this.closed) {
      const met = await this.#meet();
      this.#first.resolve();
      await sleep(met || this.#cutOff ? calmMs : urgentMs, undefined, { signal: this.#stopped.signal }).catch(
        () => {},
      );
    }
  }

  /** @returns whether it was reached. */
  async #meet(): Promise<boolean> {
    const { own, place, calls } = this.#options;
    const word = ++this.#word;
    const known =
      this.#acquaintance !== undefined && this.#revision !== undefined
        ? { acquaintance: this.#acquaintance, revision: this.#revision }
        : undefined;
    try {
      const to = { controlUrl: place.controlUrl, timeoutMs: wordTimeoutMs };
      const meeting = await calls.call('meetSfu', to, { sfu: own }, { instance: place.instance, known });
      if (!this.closed) this.#heard(meeting, word);
      return true;
    } catch (error) {
      if (!this.closed) await this.#failed(error);
      return false;
    }
  }

  #heard({ acquaintance, revision, pipes }: Meeting, word: number): void {
    this.#reachedAtMs = performance.now();
    this.#failures = 0;
    if (this.#cutOff) this.#setCutOff(false);
    const forgotten = this.#acquaintance !== undefined && this.#acquaintance !== acquaintance;
    this.#acquaintance = acquaintance;
    if (forgotten) {
      this.#options.log.warn({ sfu: this.instance, pipes: this.#pipes.size }, 'SFU had forgotten this one');
      this.#pipes.end(true);
    }
    if (!pipes) return;
    this.#revision = revision;
    for (const stray of this.#pipes.compare(pipes, word)) this.#closings.ask(stray).catch(() => {});
  }

  async #failed(error: unknown): Promise<void> {
    const code = error instanceof RefusalError ? error.code : 'unavailable';
    if (code === 'media_lost' || code === 'not_found') {
      // Another process is there in its place, or one of before that cannot be asked for pipes.
      const message =
        code === 'media_lost'
          ? 'The media server of this track has ended.'
          : 'The media server of this track is too old to send it to another one.';
      this.#refusal = new RefusalError(code === 'media_lost' ? 'not_found' : 'unavailable', message);
      this.close();
      return;
    }
    this.#failures++;
    const silentMs = performance.now() - this.#reachedAtMs;
    // One failure may be this process' own, when it stood still.
    if (!this.#cutOff && this.#failures > 1 && silentMs >= cutOffMs) this.#setCutOff(true);
    const { giveUpMs = usualGiveUpMs } = this.#options;
    if (silentMs < giveUpMs || (await this.#options.isAlive(this.#options.place)) !== false) return;
    this.#options.log.info({ sfu: this.instance }, 'SFU has ended');
    this.close();
  }

  #setCutOff(cutOff: boolean): void {
    this.#cutOff = cutOff;
    const { log, changed } = this.#options;
    if (cutOff) log.warn({ sfu: this.instance }, 'SFU cannot be reached');
    else log.info({ sfu: this.instance }, 'SFU is reached again or needed no more');
    changed();
  }
}

const unreached = () =>
  new RefusalError(
    'unavailable',
    'Another media server of this meeting cannot be reached. Try again in a few seconds.',
  );
