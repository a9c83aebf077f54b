/** Follows a room and its chat: shows each change and each message once and in order, and asks for what is missing. */
import type { ChatMessage, ChatPage, Request, RequestName, Response, RoomEvent } from '@parley/protocol';
import { ChatView } from './chat-view.ts';
import { RoomView } from './room-view.ts';

/** Who hears nothing for so long asks what they missed, in ms (S3, H3). */
const silenceMs = 30_000;
/** Events that are kept while the answer to `join` or `resume` is under way. */
const maxEarly = 1000;

export interface FollowerHandlers {
  /** A change of the room that is new, in order. `late`: it was asked for after a gap. */
  event(event: RoomEvent, late: boolean): void;
  /** A message, each once and in order. `late`: it was asked for after a gap. */
  chat(message: ChatMessage, late: boolean): void;
  /** Something was missing and is asked for. */
  gap(of: 'room' | 'chat'): void;
}

type Ask = <N extends RequestName>(name: N, request: Request<N>) => Promise<Response<N>>;
type Missed = Response<'sync'>;

export class Follower {
  readonly #ask: Ask;
  readonly #handlers: FollowerHandlers;
  #room: RoomView | undefined;
  #chat = new ChatView();
  /** Events that came before the answer to `join` or `resume` (S2). */
  #early: RoomEvent[] = [];
  #isIn = false;
  #syncing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;

  constructor(ask: Ask, handlers: FollowerHandlers) {
    this.#ask = ask;
    this.#handlers = handlers;
  }

  get room(): RoomView | undefined {
    return this.#room;
  }

  get chat(): ChatView {
    return this.#chat;
  }

  /** Begins with the answer to `join`. */
  begin(joined: Response<'join'>): void {
    this.#room = new RoomView(joined.snapshot);
    this.#chat = new ChatView();
    if (joined.chat) this.#chat.read(joined.chat);
    this.#start();
  }

  /** Goes on with the answer to `resume`. */
  goOn(resumed: Response<'resume'>): void {
    this.#catchUp(resumed);
    this.#start();
    if (resumed.chat && this.#read(resumed.chat)) this.readOn().catch(() => {});
  }

  /** What is heard from now on comes after a new answer to `join` or `resume`. */
  pause(): void {
    clearInterval(this.#watch);
    this.#isIn = false;
    this.#early = [];
  }

  hear(event: string, value: unknown): void {
    this.#heardAt = Date.now();
    if (event === 'room') this.#event(value as RoomEvent);
    if (event === 'chat') this.#message(value as ChatMessage);
  }

  /** Asks what was missed in the room; once at a time. */
  sync(): Promise<void> {
    if (this.#syncing) return this.#syncing;
    const since = this.#room?.place;
    this.#syncing = this.#ask('sync', since ? { since } : {})
      .then(missed => this.#catchUp(missed))
      .finally(() => {
        this.#syncing = undefined;
      });
    return this.#syncing;
  }

  /** Asks for the messages that are not known yet; once at a time. */
  readOn(): Promise<void> {
    if (this.#reading) return this.#reading;
    this.#reading = this.#readPages().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  #start(): void {
    clearInterval(this.#watch);
    this.#isIn = true;
    this.#heardAt = Date.now();
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heardAt < silenceMs) return;
      this.sync().catch(() => {});
      this.readOn().catch(() => {});
    }, silenceMs);
    for (const event of this.#early.splice(0)) this.#event(event);
  }

  #event(event: RoomEvent): void {
    if (!this.#isIn) {
      if (this.#early.length < maxEarly) this.#early.push(event);
      return;
    }
    const step = this.#room?.hear(event) ?? 'gap';
    if (step === 'applied') this.#handlers.event(event, false);
    if (step !== 'gap') return;
    if (!this.#syncing) this.#handlers.gap('room');
    this.sync().catch(() => {});
  }

  #message(message: ChatMessage): void {
    // What comes before the answer to `join` stands in it as well, or is asked for once the next comes.
    if (!this.#isIn) return;
    const { shown, gap } = this.#chat.hear(message);
    for (const one of shown) this.#handlers.chat(one, false);
    if (!gap) return;
    if (!this.#reading) this.#handlers.gap('chat');
    this.readOn().catch(() => {});
  }

  #catchUp(missed: Missed): void {
    if ('snapshot' in missed) {
      this.#room = new RoomView(missed.snapshot);
      return;
    }
    for (const event of missed.events) {
      if (!this.#room || event.seq <= this.#room.place.seq) continue;
      this.#room.follow(event);
      this.#handlers.event(event, true);
    }
  }

  async #readPages(): Promise<void> {
    for (let more = true; more; ) {
      const since = this.#chat.place;
      more = this.#read(await this.#ask('chatHistory', since ? { since } : {}));
    }
  }

  #read(page: ChatPage): boolean {
    const { shown, more } = this.#chat.read(page);
    for (const message of shown) this.#handlers.chat(message, true);
    return more;
  }
}
