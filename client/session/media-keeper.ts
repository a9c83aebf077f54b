import {
  type LogPosition,
  type MediaGeneration,
  type MediaLossId,
  type MediaSession,
  type Missed,
  RefusalError,
} from '@parley/protocol';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { Link, type LinkOptions } from '../media/link.ts';

/** How often media is made anew in a row although none of it ever flowed. */
const maxFruitless = 5;

export interface MediaKeeperHandlers {
  /** The generation of the room's media in the room's state. */
  generation(): MediaGeneration | undefined;
  /** The participant's own last loss of media, in the room's state. */
  loss(): MediaLossId | undefined;
  /** The place in the room's history up to which its state is known. */
  position(): LogPosition | undefined;
  /** What came after that. */
  missed(missed: Missed): void;
  /** The link was lost or given up; it is closed. */
  dropped(): void;
  /** The link's `repairing` is another. */
  changed(): void;
}

/** Holds the link to the room's media, and makes it anew. */
export class MediaKeeper {
  readonly #ask: SendRequest;
  readonly #options: LinkOptions;
  readonly #handlers: MediaKeeperHandlers;
  #link: Link | undefined;
  /** A media session that came with the answer to `join` and is not used yet. */
  #offered: MediaSession | undefined;
  #fruitless = 0;

  constructor(ask: SendRequest, options: LinkOptions, handlers: MediaKeeperHandlers) {
    this.#ask = ask;
    this.#options = options;
    this.#handlers = handlers;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  offer(media: MediaSession): void {
    this.#offered = media;
  }

  /** Opens the link over what was offered, or over media made anew. @throws RefusalError */
  async open(signal: AbortSignal): Promise<Link> {
    const media = this.#offered ?? (await this.#renew(signal));
    this.#offered = undefined;
    const link: Link = await Link.open(media, this.#options, {
      changed: () => this.#handlers.changed(),
      connected: () => {
        this.#fruitless = 0;
      },
      broken: () => this.drop(link),
    });
    try {
      // Either the room's state or this media is out of date: look which.
      if (this.#isStale(link)) {
        this.#handlers.missed(await this.#ask('sync', { since: this.#handlers.position() }));
      }
      if (this.#isStale(link) || signal.aborted) {
        throw new RefusalError('media_lost', 'The meeting is being moved. One moment.');
      }
    } catch (error) {
      link.close();
      throw error;
    }
    this.#link = link;
    return link;
  }

  /** Gives the link up, unless there is another in its place by now. */
  drop(link = this.#link): void {
    if (!link || link !== this.#link) return;
    this.#link = undefined;
    link.close();
    this.#handlers.dropped();
  }

  /** The room's state is another: its media may be of a new generation, or the participant's own be lost. */
  roomChanged(): void {
    if (!this.#link || !this.#isStale(this.#link)) return;
    this.#fruitless = 0;
    this.drop();
  }

  /** Forgets the link and what was offered without a word. */
  close(): void {
    this.#offered = undefined;
    this.#link?.close();
    this.#link = undefined;
  }

  #isStale(link: Link): boolean {
    return link.generation !== this.#handlers.generation() || link.loss !== this.#handlers.loss();
  }

  /** Asks for media anew; waits before that if what was made the last times did not work either. */
  async #renew(signal: AbortSignal): Promise<MediaSession> {
    if (this.#fruitless >= maxFruitless) {
      throw new RefusalError(
        'forbidden',
        'Sound and pictures cannot get through this network. Try another network, or ask its administrator to allow calls.',
      );
    }
    if (this.#fruitless > 0) await pause(backoffMs(this.#fruitless), signal);
    const media = await this.#ask('renewMedia', {});
    this.#fruitless++;
    return media;
  }
}
