import {
  type Ask,
  type ChatPosition,
  type Goodbye,
  type LayersWanted,
  type Lobby,
  type MediaGeneration,
  type Network,
  type Reaction,
  type ReceivedSignal,
  RefusalError,
  type ReportWish,
  type Request,
  type Response,
  type RoomEvent,
  type Speaker,
} from '@parley/protocol';
import type { CallChat } from '../chat/call-chat.ts';
import { backoffMs, pause } from '../connection/backoff.ts';
import { Connection, NoAnswerError, type SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';
import { createTraceparent } from '../connection/traceparent.ts';
import { type Link, warmUp } from '../media/link.ts';
import type { VideoCodec } from '../types.ts';
import { MediaKeeper, type MediaKeeperHandlers } from './media-keeper.ts';
import { Patience, patience } from './patience.ts';
import { type StateEvent, troubleOf } from './state.ts';
import { Stay, type StayHandlers, throwIfOver } from './stay.ts';

export interface SessionHandlers
  extends Pick<MediaKeeperHandlers, 'room' | 'loss' | 'position' | 'missed' | 'moving' | 'left'>,
    Pick<StayHandlers, 'entering' | 'entered'> {
  state(event: StateEvent): void;
  event(event: RoomEvent): void;
  /** Who waits to be let in, if one hears that. */
  lobby(lobby: Lobby): void;
  /** What others watch of a picture of one's own. */
  layersWanted(wanted: LayersWanted): void;
  /** A step of the join was done, or done again. */
  reached(step: 'connected' | 'mediaWanted' | 'mediaConnected'): void;
  /** Whether the server wants to be told how the call goes. */
  reports(wish: ReportWish | undefined): void;
  /** Who speaks. */
  speakers(speakers: Speaker[]): void;
  /** Whose network is bad. */
  networks(networks: Network[]): void;
  /** Somebody reacted. */
  reaction(reaction: Reaction): void;
  /** A moderator asks one to send something. */
  asked(ask: Ask): void;
  /** Another participant says something to one alone. */
  signal(signal: ReceivedSignal): void;
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
  videoCodec: VideoCodec;
  join: Request<'join'>;
}

/** Who does not answer in so long after the page slept is not there any more, in ms. */
const aliveMs = 3_000;

/**
 * One participant's session: a connection that signaling knows as theirs, and a link to the room's media. One loop
 * looks at what is missing and takes the step that brings it: connect, resume or join, renew media.
 */
export class Session {
  readonly #handlers: SessionHandlers;
  readonly #connection: Connection;
  readonly #stay: Stay;
  readonly #media: MediaKeeper;
  readonly #over = new AbortController();
  /** Of the first join. What is repaired later is none of it. */
  readonly #traceparent = createTraceparent();
  /** The first join is done: what breaks from now on is repaired. */
  #in = false;
  #repairing = false;
  #hurry = new AbortController();
  /** While something is brought. */
  #failing: Patience | undefined;
  #generation: MediaGeneration | undefined;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    this.#handlers = handlers;
    this.#connection = new Connection(options.url, {
      lost: () => this.#lost(),
      room: event => handlers.event(event),
      unreadable: () => handlers.gap(),
      chat: message => handlers.chat.receive(message),
      unreadableChat: () => handlers.chat.resync(),
      goodbye: goodbye => this.#goodbye(goodbye),
      layersWanted: wanted => handlers.layersWanted(wanted),
      speakers: speakers => handlers.speakers(speakers),
      networks: networks => handlers.networks(networks),
      reaction: reaction => handlers.reaction(reaction),
      asked: ask => handlers.asked(ask),
      signal: signal => handlers.signal(signal),
      reports: wish => handlers.reports(wish),
      lobby: lobby => handlers.lobby(lobby),
      waiting: ({ hostPresent }) => handlers.state({ type: 'waiting', hostPresent }),
      admitted: () => {
        handlers.state({ type: 'admitted' });
        this.hurry();
      },
    });
    this.#stay = new Stay(
      this.#connection,
      options.join,
      {
        entering: () => handlers.entering(),
        entered: answer => {
          handlers.state({ type: 'admitted' });
          this.#media.offer(answer.media);
          handlers.entered(answer);
        },
        resumed: (answer, chatSince) => this.#resumed(answer, chatSince),
        position: () => handlers.position(),
        chatPosition: () => handlers.chat.position,
      },
      this.#over.signal,
    );
    this.#media = new MediaKeeper(
      this.#connection.request,
      {
        iceTransportPolicy: options.iceTransportPolicy,
        videoCodec: options.videoCodec,
        request: (...parameters) => this.request(...parameters),
        online: () => this.#stay.bound,
      },
      {
        room: () => handlers.room(),
        loss: () => handlers.loss(),
        position: () => handlers.position(),
        missed: missed => handlers.missed(missed),
        dropped: () => {
          handlers.down();
          this.#repair();
        },
        moving: () => {
          handlers.moving();
          this.#repair();
        },
        left: () => {
          handlers.left();
          this.#report();
        },
        changed: () => this.#report(),
        begun: () => handlers.reached('mediaWanted'),
        connected: () => handlers.reached('mediaConnected'),
      },
    );
  }

  /** Whether signaling knows this connection as the participant's. */
  get bound(): boolean {
    return this.#stay.bound;
  }

  get link(): Link | undefined {
    return this.#media.link;
  }

  /** The link to the media that the room moves from, as long as that flows. */
  get former(): Link | undefined {
    return this.#media.former;
  }

  /** @throws RefusalError when it is given up. */
  async start(): Promise<void> {
    void warmUp();
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
    const { link, former } = this;
    try {
      if (!this.#stay.bound) throw new RefusalError('unavailable', 'The connection is being repaired.');
      return await this.#connection.request(name, request, timeoutMs);
    } catch (error) {
      const refusal = toRefusal(error);
      // Both go through the same network, whose change a connection notices late.
      const silent = name === 'restartIce' && refusal instanceof NoAnswerError;
      if (refusal.retry === 'rejoin' || silent) this.#unbind();
      const generation = 'generation' in request ? request.generation : link?.generation;
      const lost = [link, former].find(each => each?.generation === generation);
      if (refusal.code === 'media_lost' && lost) this.#media.refused(lost, name);
      throw refusal;
    }
  };

  /** The room's state is another. */
  roomChanged(): void {
    this.#media.roomChanged();
    const generation = this.#handlers.room()?.generation;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.hurry();
  }

  /** Things may be better now: what waits for its next attempt takes it at once. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  /** The client may be on another network. */
  networkChanged(): void {
    this.hurry();
    for (const link of [this.link, this.former]) link?.networkChanged();
  }

  /** The page slept: nothing could be tried meanwhile, and the server may have given the connection up without a word arriving. */
  async woke(): Promise<void> {
    this.#failing?.renew();
    this.hurry();
    if (!this.#stay.bound) return;
    try {
      this.#handlers.missed(await this.request('sync', { since: this.#handlers.position() }, aliveMs));
    } catch (error) {
      if (error instanceof NoAnswerError) this.#unbind();
    }
  }

  /** Resolves when signaling knows, or does not answer. */
  async leave(): Promise<void> {
    const told = this.#stay.leave();
    this.#end(left);
    await told;
  }

  /** Leaves without waiting for anything, for a page that goes away. */
  abandon(): void {
    this.#stay.abandon();
    this.#end(left);
  }

  /** Takes steps until nothing is missing. @throws RefusalError when that is given up. */
  async #bring(patienceMs: number): Promise<void> {
    const failing = new Patience(patienceMs);
    this.#failing = failing;
    for (;;) {
      // What makes one hurry may come before the answer that makes one wait.
      const hurry = this.#hurry.signal;
      try {
        while (this.#missing()) await this.#step();
        throwIfOver(this.#over.signal);
        return;
      } catch (error) {
        const refusal = toRefusal(error);
        throwIfOver(this.#over.signal);
        // Without a network there is nothing to give up: that it is back is heard.
        if (navigator.onLine === false) failing.renew();
        const ms = failing.afterFailure(refusal);
        if (refusal.retry === 'rejoin') this.#forget();
        this.#handlers.state({ type: 'attemptFailed', reason: refusal });
        await pause(ms, AbortSignal.any([this.#over.signal, hurry]));
      }
    }
  }

  #missing(): boolean {
    return !this.#over.signal.aborted && (!this.#stay.bound || !this.link);
  }

  async #step(): Promise<void> {
    if (!this.#connection.connected) {
      await this.#connection.open(this.#in ? undefined : this.#traceparent);
      this.#handlers.reached('connected');
    } else if (!this.#stay.bound) await this.#stay.enter();
    else await this.#handlers.up(await this.#media.open(this.#over.signal));
  }

  /** Media that still flows goes on. */
  async #resumed({ iceServers, chat, ...missed }: Response<'resume'>, chatSince: ChatPosition | undefined) {
    this.#handlers.missed(missed);
    this.#handlers.chat.resumed(chat, chatSince);
    this.#report();
    void this.former?.refresh(iceServers);
    if (!this.link) return;
    void this.link.refresh(iceServers);
    await this.#handlers.up(this.link);
  }

  #lost(): void {
    if (this.#stay.bound) this.#unbind();
    // Who waits in a lobby keeps their place for a moment.
    else void pause(backoffMs(1), this.#over.signal).then(() => this.hurry());
  }

  #unbind(): void {
    if (!this.#stay.bound) return;
    this.#stay.unbind();
    this.#handlers.down();
    this.#repair();
  }

  #forget(): void {
    this.#stay.forget();
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
    const trouble = troubleOf(this.#stay.bound, [this.link, this.former]);
    this.#handlers.state({ type: 'health', trouble });
  }

  #goodbye({ reason, message, closed }: Goodbye): void {
    this.#end({ type: 'ended', reason, message, ...(closed && { closed }) });
    this.#connection.close();
  }

  #refuse(error: RefusalError): void {
    const { code, message, closed } = error;
    if (
      this.#in &&
      (code === 'room_ended' || code === 'room_closed' || code === 'removed' || code === 'banned')
    ) {
      this.#end({ type: 'ended', reason: code, message, ...(closed && { closed }) });
    } else this.#end({ type: 'refused', error });
    this.#connection.close();
  }

  #end(event: Extract<StateEvent, { type: 'ended' | 'refused' }>): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#media.close();
    this.#handlers.down();
    this.#handlers.state(event);
    this.#handlers.over(
      event.type === 'refused' ? event.error : new RefusalError('room_ended', event.message),
    );
  }
}

const left = { type: 'ended', reason: 'left', message: 'You left the meeting.' } as const;
