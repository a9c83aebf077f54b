import {
  Ask,
  ChatMessage,
  Goodbye,
  isOlderServer,
  LayersWanted,
  Lobby,
  type Network,
  Networks,
  protocolRevision,
  protocolVersion,
  Reaction,
  ReceivedSignal,
  RefusalError,
  type ReportWish,
  type Request,
  type RequestName,
  type Response,
  RoomEvent,
  requests,
  type Speaker,
  Speakers,
  Waiting,
  Welcome,
} from '@parley/protocol';
import { io, type Socket } from 'socket.io-client';
import { pause } from './backoff.ts';
import { Pace } from './pace.ts';
import { readRefusal } from './refusal.ts';

/** How long a request may take, in ms. */
export const requestTimeoutMs = 10_000;

/** Nothing came back for a request, which may have been heard. */
export class NoAnswerError extends RefusalError {}

/** How often a server is asked that is an older one than this page, and is being replaced, in ms. */
const olderServerMs = 1_000;

/** Sends a request to signaling and resolves with its validated answer. @throws RefusalError */
export type SendRequest = <N extends RequestName>(
  name: N,
  request: Request<N>,
  timeoutMs?: number,
) => Promise<Response<N>>;

export interface ConnectionHandlers {
  /** An open connection broke. */
  lost(): void;
  room(event: RoomEvent): void;
  /** A room event came that this version cannot read. */
  unreadable(): void;
  chat?(message: ChatMessage): void;
  /** A chat message came that this version cannot read. */
  unreadableChat?(): void;
  goodbye(goodbye: Goodbye): void;
  /** What others watch of a picture of one's own. */
  layersWanted?(wanted: LayersWanted): void;
  speakers?(speakers: Speaker[]): void;
  /** Whose network is bad. */
  networks?(networks: Network[]): void;
  reaction?(reaction: Reaction): void;
  /** A moderator asks one to send something. */
  asked?(ask: Ask): void;
  /** Another participant says something to one alone. */
  signal?(signal: ReceivedSignal): void;
  /** Whether the server wants to be told how calls go; it comes right behind the connection. */
  reports?(wish: ReportWish | undefined): void;
  /** Who waits, for those who may let people in. */
  lobby?(lobby: Lobby): void;
  /** To oneself in a lobby. */
  waiting?(waiting: Waiting): void;
  admitted?(): void;
}

/** The Socket.IO connection to signaling. It never reconnects by itself: when to try again is the session's decision. */
export class Connection {
  readonly #url: string | undefined;
  readonly #handlers: ConnectionHandlers;
  #socket: Socket | undefined;
  #pace = new Pace();
  #cancelOpen: ((error: RefusalError) => void) | undefined;

  constructor(url: string | undefined, handlers: ConnectionHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  /**
   * Opens a new connection in place of the old one. `traceparent`: the trace of what it is for.
   *
   * @throws RefusalError `unavailable`, or what the server answers.
   */
  open(traceparent?: string): Promise<void> {
    this.close();
    const options = {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: requestTimeoutMs,
      auth: { version: protocolVersion, revision: protocolRevision, traceparent },
    };
    const socket = this.#url === undefined ? io(options) : io(this.#url, options);
    this.#socket = socket;
    this.#pace = new Pace();
    // It comes right behind the connection.
    socket.once('welcome', (value: unknown) => {
      const welcome = Welcome.safeParse(value);
      if (this.#socket !== socket || !welcome.success) return;
      this.#pace.allow(welcome.data.limits);
      this.#handlers.reports?.(welcome.data.reports);
    });
    return new Promise((resolve, reject) => {
      this.#cancelOpen = reject;
      const failed = (error: RefusalError) => {
        reject(error);
        if (this.#socket === socket) this.close();
      };
      const broke = () => failed(notConnected());
      // The server may go after it has taken the WebSocket and before it has let the client in.
      socket.once('disconnect', broke);
      socket.once('connect', () => {
        this.#cancelOpen = undefined;
        socket.off('disconnect', broke);
        this.#listen(socket);
        resolve();
      });
      socket.once('connect_error', error => failed(readConnectError(error)));
    });
  }

  request: SendRequest = async (name, request, timeoutMs = requestTimeoutMs) => {
    const socket = this.#socket;
    if (!socket?.connected) throw notConnected();
    const ms = this.#pace.next();
    if (ms > 0) await pause(ms);
    if (!socket.connected) throw notConnected();
    let answer: unknown;
    try {
      answer = await socket.timeout(timeoutMs).emitWithAck(name, request);
    } catch (cause) {
      throw new NoAnswerError('unavailable', 'The server did not answer in time.', { cause });
    }
    return readAnswer(name, answer);
  };

  /** Says that the participant leaves, without waiting for an answer. */
  tellLeave(): void {
    if (this.#socket?.connected) this.#socket.emit('leave', {}, () => {});
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.disconnect();
    this.#cancelOpen?.(notConnected());
    this.#cancelOpen = undefined;
  }

  #listen(socket: Socket): void {
    const current = () => this.#socket === socket;
    socket.on('disconnect', () => {
      if (!current()) return;
      this.#socket = undefined;
      this.#handlers.lost();
    });
    socket.on('room', (value: unknown) => {
      if (!current()) return;
      const event = RoomEvent.safeParse(value);
      if (event.success) this.#handlers.room(event.data);
      else this.#handlers.unreadable();
    });
    socket.on('chat', (value: unknown) => {
      if (!current()) return;
      const message = ChatMessage.safeParse(value);
      if (message.success) this.#handlers.chat?.(message.data);
      else this.#handlers.unreadableChat?.();
    });
    socket.on('layersWanted', (value: unknown) => {
      const wanted = LayersWanted.safeParse(value);
      if (current() && wanted.success) this.#handlers.layersWanted?.(wanted.data);
    });
    socket.on('speakers', (value: unknown) => {
      const told = Speakers.safeParse(value);
      if (current() && told.success) this.#handlers.speakers?.(told.data.speakers);
    });
    socket.on('reaction', (value: unknown) => {
      const reaction = Reaction.safeParse(value);
      if (current() && reaction.success) this.#handlers.reaction?.(reaction.data);
    });
    socket.on('asked', (value: unknown) => {
      const ask = Ask.safeParse(value);
      if (current() && ask.success) this.#handlers.asked?.(ask.data);
    });
    socket.on('signal', (value: unknown) => {
      const signal = ReceivedSignal.safeParse(value);
      if (current() && signal.success) this.#handlers.signal?.(signal.data);
    });
    socket.on('networks', (value: unknown) => {
      const told = Networks.safeParse(value);
      if (current() && told.success) this.#handlers.networks?.(told.data.networks);
    });
    socket.on('lobby', (value: unknown) => {
      const lobby = Lobby.safeParse(value);
      if (current() && lobby.success) this.#handlers.lobby?.(lobby.data);
    });
    socket.on('waiting', (value: unknown) => {
      const waiting = Waiting.safeParse(value);
      if (current() && waiting.success) this.#handlers.waiting?.(waiting.data);
    });
    socket.on('admitted', () => {
      if (current()) this.#handlers.admitted?.();
    });
    socket.on('goodbye', (value: unknown) => {
      const goodbye = Goodbye.safeParse(value);
      if (current() && goodbye.success) this.#handlers.goodbye(goodbye.data);
    });
  }
}

function notConnected(): RefusalError {
  return new RefusalError('unavailable', 'The server cannot be reached. Check the network connection.');
}

/** Socket.IO hands what a server's middleware refused with over in the error's `data`. */
function readConnectError({ data }: Error & { data?: unknown }): RefusalError {
  if (data === undefined || data === null) return notConnected();
  const refusal = readRefusal(data);
  if (refusal.code !== 'unsupported_version' || !isOlderServer(data)) return refusal;
  return new RefusalError(
    'unavailable',
    'The server is being updated and does not understand this page yet. This page tries again by itself.',
    { retryAfterMs: olderServerMs, cause: refusal },
  );
}

function readAnswer<N extends RequestName>(name: N, answer: unknown): Response<N> {
  const { ok, value, error } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  if (ok === false) throw readRefusal(error);
  const result = requests[name].response.safeParse(value);
  if (ok === true && result.success) return result.data as Response<N>;
  throw new RefusalError(
    'unsupported_version',
    'This page does not understand the server. Reload the page to get the version that does.',
    { cause: result.error },
  );
}
