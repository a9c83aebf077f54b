import {
  type Goodbye,
  type MediaGeneration,
  RefusalError,
  type Request,
  type Response,
  type RoomEvent,
} from '@parley/protocol';
import type { CallChat } from '../chat/call-chat.ts';
import { backoffMs, pause, politePauseMs } from '../connection/backoff.ts';
import { Connection, type SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import type { Link } from '../media/link.ts';
import { MediaKeeper, type MediaKeeperHandlers } from './media-keeper.ts';
import type { StateEvent, Trouble } from './state.ts';

/** How long joining, waiting one's turn, and repairing a call, is tried before it is given up, in ms. */
export const patience = { joinMs: 60_000, turnMs: 600_000, repairMs: 120_000 };

const leaveTimeoutMs = 2_000;

type Membership = Pick<Response<'join'>, 'participantId' | 'sessionSecret' | 'room'>;

export interface SessionHandlers extends Pick<MediaKeeperHandlers, 'generation' | 'position' | 'missed'> {
  state(event: StateEvent): void;
  /** A join begins: events that come from now on belong to the snapshot that its answer holds. */
  entering(): void;
  entered(answer: Response<'join'>): void;
  event(event: RoomEvent): void;
  /** An event was or may have been missed. */
  gap(): void;
  /** What the chat is told and asks. */
  chat: Pick<CallChat, 'position' | 'resumed' | 'receive' | 'resync'>;
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
  readonly #media: MediaKeeper;
  readonly #over = new AbortController();
  #membership: Membership | undefined;
  /** Signaling knows this connection as the participant's. */
  #bound = false;
  /** The first join is done: what breaks from now on is repaired. */
  #in = false;
  #repairing = false;
  #hurry = new AbortController();
  #generation: MediaGeneration | undefined;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#connection = new Connection(options.url, {
      lost: () => this.#unbind(),
      room: event => handlers.event(event),
      unreadable: () => handlers.gap(),
      chat: message => handlers.chat.receive(message),
      unreadableChat: () => handlers.chat.resync(),
      goodbye: goodbye => this.#goodbye(goodbye),
    });
    this.#media = new MediaKeeper(
      this.#connection.request,
      {
        iceTransportPolicy: options.iceTransportPolicy,
        request: (...parameters) => this.request(...parameters),
        online: () => this.#bound,
      },
      {
        generation: () => handlers.generation(),
        position: () => handlers.position(),
        missed: missed => handlers.missed(missed),
        dropped: () => {
          handlers.down();
          this.#repair();
        },
        changed: () => this.#report(),
      },
    );
  }

  get link(): Link | undefined {
    return this.#media.link;
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
    const { link } = this;
    try {
      if (!this.#bound) throw new RefusalError('unavailable', 'The connection is being repaired.');
      return await this.#connection.request(name, request, timeoutMs);
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.retry === 'rejoin') this.#unbind();
      if (refusal.code === 'media_lost' && link) this.#media.drop(link);
      throw refusal;
    }
  };

  /** The room's state is another. */
  roomChanged(): void {
    this.#media.roomChanged();
    const generation = this.#handlers.generation();
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.hurry();
  }

  /** Things may be better now: what waits for its next attempt takes it at once. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  /** Resolves when signaling knows, or does not answer. */
  async leave(): Promise<void> {
    const bound = this.#bound;
    this.#end(left);
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
    this.#end(left);
    this.#connection.close();
  }

  /** Takes steps until nothing is missing. @throws RefusalError when that is given up. */
  async #bring(patienceMs: number): Promise<void> {
    const start = performance.now();
    let lastTurn = start;
    for (let attempt = 1; ; attempt++) {
      try {
        while (this.#missing()) await this.#step();
        this.#throwIfOver();
        return;
      } catch (error) {
        const refusal = toRefusal(error);
        this.#throwIfOver();
        const now = performance.now();
        if (refusal.code === 'busy' && now - start < patience.turnMs) lastTurn = now;
        if (refusal.retry === 'no' || now - lastTurn > patienceMs) throw refusal;
        if (refusal.retry === 'rejoin') {
          this.#forget();
          attempt = 1; // The server answers, so there is nothing to wait out.
        }
        this.#handlers.state({ type: 'attemptFailed', reason: refusal });
        const { retryAfterMs } = refusal;
        const ms = retryAfterMs === undefined ? backoffMs(attempt) : politePauseMs(retryAfterMs);
        await pause(ms, AbortSignal.any([this.#over.signal, this.#hurry.signal]));
      }
    }
  }

  #missing(): boolean {
    return !this.#over.signal.aborted && (!this.#bound || !this.link);
  }

  async #step(): Promise<void> {
    if (!this.#connection.connected) await this.#connection.open();
    else if (this.#bound) await this.#handlers.up(await this.#media.open(this.#over.signal));
    else if (this.#membership) await this.#resume(this.#membership);
    else await this.#join();
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
    this.#media.offer(answer.media);
    this.#handlers.entered(answer);
  }

  async #resume({ participantId, sessionSecret, room }: Membership): Promise<void> {
    const since = this.#handlers.position();
    const chatSince = this.#handlers.chat.position;
    const request = { participantId, sessionSecret, room: room.key, since, chatSince };
    const { iceServers, chat, ...missed } = await this.#connection.request('resume', request);
    this.#throwIfOver();
    this.#bound = true;
    this.#handlers.missed(missed);
    this.#handlers.chat.resumed(chat, chatSince);
    this.#report();
    if (!this.link) return;
    void this.link.refresh(iceServers);
    await this.#handlers.up(this.link);
  }

  /** Signaling does not know this connection any more, or it is gone. One connection is good for one stay. */
  #unbind(): void {
    if (!this.#bound) return;
    this.#bound = false;
    this.#connection.close();
    this.#handlers.down();
    this.#repair();
  }

  /** Signaling does not know the participant any more. */
  #forget(): void {
    this.#bound = false;
    this.#membership = undefined;
    this.#connection.close();
    this.#media.close();
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
    else if (!this.link || this.link.repairing) trouble = 'media';
    this.#handlers.state({ type: 'health', trouble });
  }

  #goodbye({ reason, message, closed }: Goodbye): void {
    this.#end({ type: 'ended', reason, message, ...(closed && { closed }) });
    this.#connection.close();
  }

  #refuse(error: RefusalError): void {
    const { code, message, closed } = error;
    if (this.#in && (code === 'room_ended' || code === 'room_closed' || code === 'removed')) {
      this.#end({ type: 'ended', reason: code, message, ...(closed && { closed }) });
    } else this.#end({ type: 'refused', error });
    this.#connection.close();
  }

  #end(event: Extract<StateEvent, { type: 'ended' | 'refused' }>): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#bound = false;
    this.#media.close();
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

const left = { type: 'ended', reason: 'left', message: 'You left the meeting.' } as const;
