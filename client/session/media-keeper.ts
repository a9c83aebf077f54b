import {
  type LogPosition,
  type MediaLossId,
  type MediaSession,
  RefusalError,
  type RequestName,
  type Response,
  type RoomSnapshot,
} from '@parley/protocol';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { Link, type LinkOptions } from '../media/link.ts';
import { isCurrent } from '../room/moving.ts';

/** How often media is made anew in a row although none of it ever flowed. */
const maxFruitless = 5;

export interface MediaKeeperHandlers {
  /** The room's state, for the generations of its media. */
  room(): Pick<RoomSnapshot, 'generation' | 'branches' | 'former'> | undefined;
  /** The participant's own last loss of media, in the room's state. */
  loss(): MediaLossId | undefined;
  /** The place in the room's history up to which its state is known. */
  position(): LogPosition | undefined;
  /** What came after that. */
  missed(missed: Response<'sync'>): void;
  /** The link was lost or given up; it is closed. */
  dropped(): void;
  /** The room moves: the link is the former one now and flows on, and there is no other yet. */
  moving(): void;
  /** The former link is closed. */
  left(): void;
  /** The link's `repairing` is another. */
  changed(): void;
  /** There is something to send or to receive over it. */
  begun(): void;
  /** A transport of it reached the SFU. */
  connected(): void;
}

/**
 * Holds the link to the room's media, on any of the SFUs that carry it, and makes it anew. While the room moves from that SFU it also holds the
 * link to where it comes from.
 */
export class MediaKeeper {
  readonly #ask: SendRequest;
  readonly #options: LinkOptions;
  readonly #handlers: MediaKeeperHandlers;
  readonly #openLink: typeof Link.open;
  #link: Link | undefined;
  #former: Link | undefined;
  /** A media session that came with the answer to `join` and is not used yet. */
  #offered: MediaSession | undefined;
  #fruitless = 0;

  constructor(
    ask: SendRequest,
    options: LinkOptions,
    handlers: MediaKeeperHandlers,
    openLink: typeof Link.open = Link.open,
  ) {
    this.#openLink = openLink;
    this.#ask = ask;
    this.#options = options;
    this.#handlers = handlers;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** The link to the media that the room moves from, as long as that flows. */
  get former(): Link | undefined {
    return this.#former;
  }

  offer(media: MediaSession): void {
    this.#offered = media;
  }

  /** Opens the link over what was offered, or over media made anew. @throws RefusalError */
  async open(signal: AbortSignal): Promise<Link> {
    // The browser answers while the server is asked.
    const known = this.#former?.bandwidth();
    const media = this.#offered ?? (await this.#renew(signal));
    this.#offered = undefined;
    const options = { ...this.#options, bandwidth: await known };
    const link: Link = await this.#openLink(media, options, {
      changed: () => this.#handlers.changed(),
      begun: () => this.#handlers.begun(),
      connected: () => {
        this.#fruitless = 0;
        this.#handlers.connected();
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

  /** Gives a link up, unless there is another in its place by now. */
  drop(link: Link): void {
    if (link === this.#former) this.#leave(link);
    if (link !== this.#link) return;
    this.#link = undefined;
    link.close();
    this.#handlers.dropped();
  }

  /** The server answered this request about a link with `media_lost`. */
  refused(link: Link, name: RequestName): void {
    // These are refused, too, over media that flows on as the room moves from it. The room's state tells.
    if (name === 'publish' || name === 'finishMove') void this.#doubt(link);
    else this.drop(link);
  }

  /** The room's state is another: its media may be of a new generation or have left the former one, or the participant's own be lost. */
  roomChanged(): void {
    const [link, former] = [this.#link, this.#former];
    const room = this.#handlers.room();
    if (former && former.generation !== room?.former) this.#leave(former);
    if (!link || !this.#isStale(link)) return;
    this.#fruitless = 0;
    if (link.generation === room?.former && link.loss === this.#handlers.loss()) {
      this.#former = link;
      this.#link = undefined;
      this.#handlers.moving();
    } else this.drop(link);
  }

  /** Forgets the link and what was offered without a word. */
  close(): void {
    this.#offered = undefined;
    this.#link?.close();
    this.#link = undefined;
    if (this.#former) this.#leave(this.#former);
  }

  async #doubt(link: Link): Promise<void> {
    try {
      this.#handlers.missed(await this.#ask('sync', { since: this.#handlers.position() }));
    } catch {
      return; // Whoever was refused tries again, and is told again.
    }
    if (link === this.#link) this.drop(link);
  }

  #leave(former: Link): void {
    this.#former = undefined;
    former.close();
    this.#handlers.left();
  }

  #isStale(link: Link): boolean {
    const room = this.#handlers.room();
    return !room || !isCurrent(room, link.generation) || link.loss !== this.#handlers.loss();
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
