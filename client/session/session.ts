import {
  type Goodbye,
  type IceServer,
  type MediaGeneration,
  type MediaSession,
  RefusalError,
  type Request,
  type Response,
  type RoomEvent,
  type RoomSnapshot,
} from '@parley/protocol';
import { backoffMs, pause } from '../connection/backoff.ts';
import { Connection, type SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import { Link } from '../media/link.ts';
import type { StateEvent, Trouble } from './state.ts';

/** How long joining, and repairing a call, is tried before it is given up, in ms. */
export const patience = { joinMs: 60_000, repairMs: 120_000 };

/** How often media is made anew in a row although none of it ever flowed. */
const maxFruitless = 5;

const leaveTimeoutMs = 2_000;

type Membership = Pick<Response<'join'>, 'participantId' | 'sessionSecret' | 'room'>;

export interface SessionHandlers {
  state(event: StateEvent): void;
  /** A join begins: events that come from now on belong to the snapshot that its answer holds. */
  entering(): void;
  entered(answer: Response<'join'>): void;
  snapshot(snapshot: RoomSnapshot): void;
  event(event: RoomEvent): void;
  /** An event was missed. */
  missed(): void;
  /** The generation of the room's media in the room's state. */
  generation(): MediaGeneration | undefined;
  /** Requests and media work; resolves when what the others send was subscribed to. */
  up(link: Link): Promise<void>;
  /** Requests do not work, or media is gone (its link is closed then). */
  down(): void;
  /** The session is over and holds nothing any more. */
  over(error: RefusalError): void;
}

export interface SessionOptions {
  url: string | undefined;
  iceTransportPolicy: RTCIceTransportPolicy;
  join: Request<'join'>;
}

/**
 * One participant's session: a connection that signaling knows as theirs, and a link to the room's media. One loop
 * looks at what is missing and takes the step that brings it: connect, resume or join, renew media.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #handlers: SessionHandlers;
  readonly #connection: Connection;
  readonly #over = new AbortController();
  #membership: Membership | undefined;
  /** Signaling knows this connection as the participant's. */
  #bound = false;
  #link: Link | undefined;
  /** A media session that came with an answer and is not used yet. */
  #offered: MediaSession | undefined;
  #in = false;
  #repairing = false;
  #fruitless = 0;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#connection = new Connection(options.url, {
      lost: () => this.#unbind(),
      room: event => handlers.event(event),
      unreadable: () => handlers.missed(),
      goodbye: goodbye => this.#goodbye(goodbye),
    });
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** @throws RefusalError when it is given up. */
  async start(): Promise<void> {
    try {
      await this.#bring(patience.joinMs);
    } catch (error) {
      this.#refuse(toRefusal(error));
      throw error;
    }
    this.#in = true;
    this.#repair();
  }

  /** Like `Connection.request`, and heeds what a refusal says about the session itself. */
  request: SendRequest = async (name, request, timeoutMs) => {
    const link = this.#link;
    try {
      if (!this.#bound) throw new RefusalError('unavailable', 'The connection is being repaired.');
      return await this.#connection.request(name, request, timeoutMs);
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.retry === 'rejoin') this.#unbind();
      if (refusal.code === 'media_lost' && link && link === this.#link) this.#dropLink();
      throw refusal;
    }
  };

  /** The room's state is another: its media may be of a new generation. */
  roomChanged(): void {
    if (this.#link && this.#isStale(this.#link)) {
      this.#fruitless = 0;
      this.#dropLink();
    }
  }

  async leave(): Promise<void> {
    const bound = this.#bound;
    this.#end({ type: 'ended', reason: 'left', message: 'You left the meeting.' });
    try {
      if (bound) await this.#connection.request('leave', {}, leaveTimeoutMs);
      else this.#connection.tellLeave();
    } catch {
      // Signaling sees the connection close.
    } finally {
      this.#connection.close();
    }
  }

  /** Leaves without waiting for anything, for a page that goes away. */
  abandon(): void {
    this.#connection.tellLeave();
    this.#end({ type: 'ended', reason: 'left', message: 'You left the meeting.' });
    this.#connection.close();
  }

  async #bring(patienceMs: number): Promise<void> {
    const end = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt++) {
      try {
        while (this.#missing()) await this.#step();
        return;
      } catch (error) {
        const refusal = toRefusal(error);
        if (this.#over.signal.aborted || refusal.retry === 'no') throw refusal;
        if (refusal.retry === 'rejoin') this.#forget();
        if (performance.now() > end) throw refusal;
        this.#handlers.state({ type: 'attemptFailed', reason: refusal });
        await pause(backoffMs(attempt), this.#over.signal);
      }
    }
  }

  #missing(): boolean {
    return !this.#over.signal.aborted && (!this.#bound || !this.#link);
  }

  async #step(): Promise<void> {
    if (!this.#connection.connected) await this.#connection.open();
    else if (this.#bound) await this.#openLink();
    else if (this.#membership) await this.#resume(this.#membership);
    else await this.#join();
    this.#throwIfOver();
  }

  async #join(): Promise<void> {
    this.#handlers.entering();
    let answer: Response<'join'>;
    try {
      answer = await this.#connection.request('join', this.#options.join);
    } catch (error) {
      // A join whose answer was lost would leave a ghost in the room.
      if (toRefusal(error).code === 'unavailable') {
        this.#connection.tellLeave();
        this.#connection.close();
      }
      throw error;
    }
    this.#throwIfOver();
    this.#membership = answer;
    this.#bound = true;
    this.#offered = answer.media;
    this.#handlers.entered(answer);
  }

  async #resume({ participantId, sessionSecret, room }: Membership): Promise<void> {
    const request = { participantId, sessionSecret, room: room.key };
    const answer = await this.#connection.request('resume', request);
    this.#throwIfOver();
    this.#bound = true;
    this.#handlers.snapshot(answer.snapshot);
    this.#report();
    if (this.#link) await this.#takeUp(this.#link, answer.iceServers);
  }

  async #takeUp(link: Link, iceServers: IceServer[]): Promise<void> {
    void link.refresh(iceServers);
    await this.#handlers.up(link);
  }

  async #openLink(): Promise<void> {
    const media = this.#offered ?? (await this.#renewMedia());
    this.#offered = undefined;
    const link = await Link.open(
      media,
      {
        iceTransportPolicy: this.#options.iceTransportPolicy,
        request: this.request,
        online: () => this.#bound && this.#connection.connected,
      },
      {
        changed: () => this.#report(),
        connected: () => {
          this.#fruitless = 0;
        },
        broken: () => {
          if (this.#link === link) this.#dropLink();
        },
      },
    );
    if (this.#isStale(link)) {
      // Either the room's state or this media is out of date: look which.
      this.#handlers.snapshot(await this.#connection.request('snapshot', {}));
    }
    if (this.#isStale(link) || !this.#bound || this.#over.signal.aborted) {
      link.close();
      this.#throwIfOver();
      throw new RefusalError('media_lost', 'The meeting is being moved. One moment.');
    }
    this.#link = link;
    await this.#handlers.up(link);
  }

  /** Asks for media anew; waits before that if what was made the last times did not work either. */
  async #renewMedia(): Promise<MediaSession> {
    if (this.#fruitless >= maxFruitless) {
      throw new RefusalError(
        'forbidden',
        'Sound and pictures cannot get through this network. Try another network, or ask its administrator to allow calls.',
      );
    }
    if (this.#fruitless > 0) await pause(backoffMs(this.#fruitless), this.#over.signal);
    const media = await this.#connection.request('renewMedia', {});
    this.#fruitless++;
    return media;
  }

  #isStale(link: Link): boolean {
    return link.generation !== this.#handlers.generation();
  }

  #unbind(): void {
    if (!this.#bound) return;
    this.#bound = false;
    this.#handlers.down();
    this.#repair();
  }

  #dropLink(): void {
    const link = this.#link;
    if (!link) return;
    this.#link = undefined;
    link.close();
    this.#handlers.down();
    this.#repair();
  }

  /** Signaling knows the participant no more. */
  #forget(): void {
    this.#bound = false;
    this.#membership = undefined;
    this.#link?.close();
    this.#link = undefined;
    this.#handlers.down();
  }

  #repair(): void {
    this.#report();
    if (!this.#in || this.#repairing || !this.#missing()) return;
    this.#repairing = true;
    void (async () => {
      try {
        // Those who lost the same server do not all come back in the same moment.
        await pause(backoffMs(1), this.#over.signal);
        await this.#bring(patience.repairMs);
      } catch (error) {
        this.#refuse(toRefusal(error));
      }
      this.#repairing = false;
      this.#repair();
    })();
  }

  #report(): void {
    if (!this.#in || this.#over.signal.aborted) return;
    let trouble: Trouble;
    if (!this.#bound) trouble = 'signaling';
    else if (!this.#link || this.#link.repairing) trouble = 'media';
    this.#handlers.state({ type: 'health', trouble });
  }

  #goodbye({ reason, message }: Goodbye): void {
    this.#end({ type: 'ended', reason, message });
    this.#connection.close();
  }

  #refuse(error: RefusalError): void {
    const ended = this.#in && error.code === 'room_ended';
    this.#end(
      ended ? { type: 'ended', reason: 'room_ended', message: error.message } : { type: 'refused', error },
    );
    this.#connection.close();
  }

  #end(event: Extract<StateEvent, { type: 'ended' | 'refused' }>): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#bound = false;
    this.#link?.close();
    this.#link = undefined;
    this.#handlers.down();
    this.#handlers.state(event);
    this.#handlers.over(
      event.type === 'refused' ? event.error : new RefusalError('room_ended', event.message),
    );
  }

  #throwIfOver(): void {
    if (this.#over.signal.aborted) throw new RefusalError('room_ended', 'The call is over.');
  }
}
