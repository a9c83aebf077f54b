import { once } from 'node:events';
import {
  type Answer,
  type ChatMessage,
  type Goodbye,
  type MediaGeneration,
  type ParticipantId,
  protocolVersion,
  type Request,
  type RequestName,
  type Response,
  type RoomEvent,
  type RoomKey,
  type RoomSnapshot,
  type Welcome,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

/** For those who speak the version before. */
export const version1 = { auth: { version: 1, revision: 1 } };

/** A client of the protocol without media of its own, of the newest version unless it is told otherwise. */
export class TestClient implements Disposable {
  readonly socket: Socket;
  readonly events: RoomEvent[] = [];
  readonly messages: ChatMessage[] = [];
  readonly goodbyes: Goodbye[] = [];
  readonly welcomes: Welcome[] = [];

  constructor(port: number, options: Partial<ManagerOptions & SocketOptions> = {}) {
    this.socket = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      auth: { version: protocolVersion },
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.socket.on('room', (event: RoomEvent) => this.events.push(event));
    this.socket.on('chat', (message: ChatMessage) => this.messages.push(message));
    this.socket.on('welcome', (welcome: Welcome) => this.welcomes.push(welcome));
    this.socket.on('goodbye', (goodbye: Goodbye) => this.goodbyes.push(goodbye));
  }

  async connected(): Promise<this> {
    if (!this.socket.connected) await once(this.socket as never, 'connect');
    return this;
  }

  /** Why the server does not let this client connect. */
  async refused(): Promise<Error & { data?: unknown }> {
    const [error] = await once(this.socket as never, 'connect_error');
    return error;
  }

  /** Sends anything at all. */
  async send(event: string, ...args: unknown[]): Promise<Answer<RequestName>> {
    return this.socket.timeout(10_000).emitWithAck(event, ...args);
  }

  async ask<N extends RequestName>(name: N, request: Request<N>): Promise<Answer<N>> {
    return this.socket.timeout(10_000).emitWithAck(name, request);
  }

  /** @throws Error with the refusal if there is one. */
  async get<N extends RequestName>(name: N, request: Request<N>): Promise<Response<N>> {
    const answer = await this.ask(name, request);
    if (answer.ok) return answer.value;
    throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
  }

  join(room: RoomKey, displayName = 'Ada', token?: string): Promise<Response<'join'>> {
    return this.get('join', { room, displayName, ...(token && { token }) });
  }

  /** All that the room shares, as of now. @throws Error with the refusal if there is one. */
  async state(): Promise<RoomSnapshot> {
    const missed = await this.get('sync', {});
    if ('snapshot' in missed) return missed.snapshot;
    throw new Error('sync: without a place in the history it answered with events');
  }

  /** The first event of this type, be it there or still to come. */
  event<T extends RoomEvent['type']>(
    type: T,
    of?: ParticipantId,
    timeoutMs?: number,
  ): Promise<Extract<RoomEvent, { type: T }>> {
    const found = (event: RoomEvent): event is Extract<RoomEvent, { type: T }> =>
      event.type === type && (of === undefined || ('participantId' in event && event.participantId === of));
    return eventually(`${type}`, () => this.events.find(found), timeoutMs);
  }

  /** The room moved from this media, or is still to. */
  moved(from: MediaGeneration): Promise<Extract<RoomEvent, { type: 'mediaMoved' }>> {
    const found = (event: RoomEvent): event is Extract<RoomEvent, { type: 'mediaMoved' }> =>
      event.type === 'mediaMoved' && event.from === from;
    return eventually(`a move from ${from}`, () => this.events.find(found));
  }

  goodbye(): Promise<Goodbye> {
    return eventually('goodbye', () => this.goodbyes[0]);
  }

  disconnected(): Promise<true> {
    return eventually('the end of the connection', () => (this.socket.connected ? undefined : true));
  }

  /** Ends the connection without a word, as a network does. */
  drop(): void {
    this.socket.io.engine.close();
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
