import {
  type Answer,
  Ask,
  ChatMessage,
  Goodbye,
  Lobby,
  type ParticipantId,
  protocolVersion,
  Reaction,
  ReceivedSignal,
  Refusal,
  type Request,
  type RequestName,
  type Response,
  RoomEvent,
  type RoomKey,
  type RoomSnapshot,
  requests,
  Speakers,
  Waiting,
  Welcome,
} from '@parley/protocol';
import type { z } from 'zod';
import { type Link, type OpenLink, openSocketIo } from './link.ts';

/** How long it waits for what has to come. */
const patienceMs = 15_000;

/** The types of `room` events that this version of the suite knows; a server may have more (C7). */
const knownTypes = new Set<unknown>(RoomEvent.options.map(option => option.shape.type.value));

/** What clients say of themselves when they connect. */
export const handshakes = { 1: { version: 1, revision: 1 }, 2: { version: protocolVersion } } as const;

/** A client without media of its own. Whatever it hears has to fit the protocol's schemas. */
export class Client {
  readonly socket: Link;
  readonly events: RoomEvent[] = [];
  readonly messages: ChatMessage[] = [];
  readonly goodbyes: Goodbye[] = [];
  readonly welcomes: Welcome[] = [];
  readonly speakers: Speakers[] = [];
  readonly lobbies: Lobby[] = [];
  readonly waitings: Waiting[] = [];
  readonly reactions: Reaction[] = [];
  readonly asks: Ask[] = [];
  readonly signals: ReceivedSignal[] = [];
  /** The names of all that it heard, in order. */
  readonly heard: string[] = [];
  /** The ids of the acknowledgements that it heard, in order. */
  readonly acknowledged: number[] = [];
  /** What it heard and does not fit the schemas. */
  readonly violations: string[] = [];
  readonly version: number | undefined;
  readonly #news = new Set<() => void>();
  #refusal: (Error & { data?: unknown }) | undefined;

  constructor(
    url: string,
    auth: Record<string, unknown>,
    headers: Record<string, string>,
    open: OpenLink = openSocketIo,
  ) {
    this.version = typeof auth.version === 'number' ? auth.version : undefined;
    const tell = () => this.#tell();
    const lists: Readonly<Record<string, (value: unknown) => void>> = {
      room: this.#listOf('room', RoomEvent, this.events),
      chat: this.#listOf('chat', ChatMessage, this.messages),
      goodbye: this.#listOf('goodbye', Goodbye, this.goodbyes),
      welcome: this.#listOf('welcome', Welcome, this.welcomes),
      speakers: this.#listOf('speakers', Speakers, this.speakers),
      lobby: this.#listOf('lobby', Lobby, this.lobbies),
      waiting: this.#listOf('waiting', Waiting, this.waitings),
      reaction: this.#listOf('reaction', Reaction, this.reactions),
      asked: this.#listOf('asked', Ask, this.asks),
      signal: this.#listOf('signal', ReceivedSignal, this.signals),
      admitted: () => {},
    };
    this.socket = open(
      { url, auth, headers },
      {
        connected: tell,
        disconnected: tell,
        refused: error => {
          this.#refusal = error;
          tell();
        },
        heard: (name, value) => {
          if (!Object.hasOwn(lists, name)) return;
          this.heard.push(name);
          lists[name]?.(value);
          tell();
        },
        acknowledged: id => void this.acknowledged.push(id),
      },
    );
  }

  #listOf<T extends z.ZodType>(name: string, schema: T, list: z.output<T>[]) {
    return (value: unknown) => {
      const read = schema.safeParse(value);
      if (read.success) list.push(read.data);
      else if (name !== 'room' || knownTypes.has(Object(value).type)) {
        this.violations.push(`"${name}" does not fit its schema: ${read.error.message}`);
      }
    };
  }

  #tell() {
    for (const look of [...this.#news]) look();
  }

  /** Resolves once `look` finds something in what was heard. @throws Error that names what did not come. */
  until<T>(what: string, look: () => T | undefined | false, timeoutMs = patienceMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#news.delete(again);
      };
      const again = () => {
        const found = look();
        if (found === undefined || found === false) return;
        end();
        resolve(found);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited ${timeoutMs} ms in vain for ${what}`));
      }, timeoutMs);
      this.#news.add(again);
      again();
    });
  }

  async connected(): Promise<this> {
    await this.until('the connection', () => this.socket.connected);
    return this;
  }

  /** Why the server does not let this client connect. */
  async refused(): Promise<Error & { data?: unknown }> {
    await this.until('a refusal', () => this.#refusal !== undefined || this.socket.connected);
    if (!this.#refusal) throw new Error('was let in');
    return this.#refusal;
  }

  /** Sends anything at all and waits for the answer. */
  async send(event: string, ...args: unknown[]): Promise<Answer<RequestName>> {
    return (await this.socket.ask(patienceMs, event, ...args)) as Answer<RequestName>;
  }

  async ask<N extends RequestName>(name: N, request: Request<N>): Promise<Answer<N>> {
    const answer = (await this.socket.ask(patienceMs, name, request)) as Answer<N>;
    const read = answer.ok
      ? requests[name].response.safeParse(answer.value)
      : Refusal.safeParse(answer.error);
    if (!read.success) this.violations.push(`The answer to "${name}" does not fit: ${read.error.message}`);
    return answer;
  }

  /** @throws Error with the refusal if there is one. */
  async get<N extends RequestName>(name: N, request: Request<N>): Promise<Response<N>> {
    const answer = await this.ask(name, request);
    if (answer.ok) return answer.value;
    throw new Error(`"${name}" was answered ${answer.error.code}: ${answer.error.message}`);
  }

  join(room: RoomKey, displayName = 'Ada', token?: string): Promise<Response<'join'>> {
    return this.get('join', { room, displayName, ...(token && { token }) });
  }

  /** All that the room shares, as of now, asked for as this client's version does. */
  async state(): Promise<RoomSnapshot> {
    if (this.version === 1) return this.get('snapshot', {});
    const missed = await this.get('sync', {});
    if ('snapshot' in missed) return missed.snapshot;
    throw new Error('"sync" without a place in the history was answered with events');
  }

  /** The first event of this type, be it there or still to come. */
  event<T extends RoomEvent['type']>(
    type: T,
    of?: ParticipantId,
    timeoutMs?: number,
  ): Promise<Extract<RoomEvent, { type: T }>> {
    const found = (event: RoomEvent): event is Extract<RoomEvent, { type: T }> =>
      event.type === type && (of === undefined || ('participantId' in event && event.participantId === of));
    return this.until(`the event ${type}`, () => this.events.find(found), timeoutMs);
  }

  goodbye(): Promise<Goodbye> {
    return this.until('goodbye', () => this.goodbyes[0]);
  }

  disconnected(timeoutMs?: number): Promise<boolean> {
    return this.until('the end of the connection', () => !this.socket.connected, timeoutMs);
  }

  /** Ends the connection without a word, as a network does. */
  drop(): void {
    this.socket.drop();
  }
}
