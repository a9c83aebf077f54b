import { type ChatMessage, type ChatPage, type ChatPosition, chatStart } from '@parley/protocol';

/** How many messages are held at most; older ones are let go of. */
export const maxHeld = 2_000;

/** How many messages wait for what came before them at most; others are in the answer that comes. */
const maxWaiting = 500;

/** How long nothing may be heard before it is asked for, as the last message of all may have been lost. */
export const checkMs = 30_000;

export interface ChatLogHandlers {
  changed(): void;
  /** A message was or may have been missed: `take` is to be called with what came after `position`. */
  gap(): void;
}

/** What was written in a room, without gaps and in order, as far back as it was asked for. */
export class ChatLog {
  readonly #handlers: ChatLogHandlers;
  #messages: readonly ChatMessage[] = [];
  /** The latest message that is known; undefined before the first page. */
  #position: ChatPosition | undefined;
  /** Number of the oldest message that can be had. */
  #oldest = 0;
  /** Whether events may be newer than what is known, as the answer to a join is on its way. */
  #entering = true;
  #waiting: ChatMessage[] = [];
  #asked = false;
  /** What waited when it was last asked. */
  #askedWith: ReadonlySet<ChatMessage> = new Set();
  #check: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: ChatLogHandlers) {
    this.#handlers = handlers;
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** What `chatHistory` and `resume` are asked to answer the difference to. */
  get position(): ChatPosition | undefined {
    return this.#position;
  }

  /** The number before which there is more; undefined if there is nothing more. */
  get olderThan(): number | undefined {
    const first = this.#messages[0]?.seq ?? (this.#position?.seq ?? 0) + 1;
    return this.#oldest > 0 && this.#oldest < first ? first : undefined;
  }

  /** A join begins: messages wait for its answer. */
  entering(): void {
    this.#entering = true;
    this.#asked = false;
    this.#waiting = [];
    clearTimeout(this.#check);
  }

  /** Asks no more by itself. */
  stop(): void {
    this.entering();
  }

  /** Takes over a page that was asked for as of `since`, or with which a stay begins. */
  take(page: ChatPage, since?: ChatPosition): void {
    this.#entering = false;
    this.#asked = false;
    this.#checkLater();
    this.#oldest = page.oldest;
    const known = this.#position;
    if (!known || !since || !overtaken(page, known, since)) {
      const next = known && continuation(page, known);
      if (next) this.#append(next);
      else this.#beginWith(page);
    }
    this.#drain();
    const complete = this.#position !== undefined && this.#position.seq >= page.latest.seq;
    // What was heard before the question and is not in the answer was lost by the server.
    if (complete) this.#waiting = this.#waiting.filter(message => !this.#askedWith.has(message));
    this.#handlers.changed();
    if (this.#waiting.length > 0 || !complete) this.resync();
  }

  /** Takes over the page before the first message. */
  takeOlder({ messages, oldest }: ChatPage): void {
    const [first, last] = [this.#messages[0], messages.at(-1)];
    if (!first || !last || last.seq !== first.seq - 1 || last.at !== first.after) return;
    this.#oldest = Math.min(oldest, messages[0]?.seq ?? oldest);
    this.#messages = [...messages, ...this.#messages];
    this.#handlers.changed();
  }

  receive(message: ChatMessage): void {
    if (this.#entering || !this.#position) {
      this.#wait(message);
      return;
    }
    this.#checkLater();
    if (message.seq <= this.#position.seq) return;
    this.#wait(message);
    if (this.#drain()) this.#handlers.changed();
    if (this.#waiting.length > 0) this.resync();
  }

  /** There is a message with this number. */
  expect(seq: number): void {
    if (this.#position && seq > this.#position.seq) this.resync();
  }

  /** Asks for what was missed, unless that is under way. */
  resync(): void {
    if (this.#asked || this.#entering) return;
    this.#asked = true;
    this.#askedWith = new Set(this.#waiting);
    this.#handlers.gap();
  }

  /** It could not be had: the next message or check may ask again. */
  resyncFailed(): void {
    this.#asked = false;
    if (!this.#entering) this.#checkLater();
  }

  #wait(message: ChatMessage): void {
    if (this.#waiting.length >= maxWaiting) this.#waiting.shift();
    this.#waiting.push(message);
  }

  /** Goes on with the messages that wait. Answers whether any of them followed. */
  #drain(): boolean {
    const next: ChatMessage[] = [];
    const waiting: ChatMessage[] = [];
    let known = this.#position ?? chatStart;
    for (const message of this.#waiting.toSorted((one, other) => one.seq - other.seq)) {
      if (message.seq <= known.seq) continue;
      if (follows(message, known)) {
        next.push(message);
        known = message;
      } else waiting.push(message);
    }
    this.#waiting = waiting;
    this.#append(next);
    return next.length > 0;
  }

  #append(next: readonly ChatMessage[]): void {
    const last = next.at(-1);
    if (!last) return;
    this.#position = { seq: last.seq, at: last.at };
    this.#messages = [...this.#messages, ...next].slice(-maxHeld);
  }

  #beginWith({ messages, latest }: ChatPage): void {
    const { seq, at } = messages.at(-1) ?? latest;
    this.#messages = messages;
    this.#position = { seq, at };
  }

  #checkLater(): void {
    clearTimeout(this.#check);
    this.#check = setTimeout(() => this.resync(), checkMs);
  }
}

const follows = (message: ChatMessage, known: ChatPosition) =>
  message.seq === known.seq + 1 && message.after === known.at;

/** Whether the answer to the question for what came after `since` is older than what is known by now. */
function overtaken({ messages, latest }: ChatPage, known: ChatPosition, since: ChatPosition): boolean {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return latest.seq === since.seq && latest.at === since.at && since.seq <= known.seq;
  return follows(first, since) && last.seq <= known.seq;
}

/** What of the page comes after what is known; undefined if it does not go on from there. */
function continuation({ messages, latest }: ChatPage, known: ChatPosition): ChatMessage[] | undefined {
  const place = messages.findIndex(message => follows(message, known));
  if (place >= 0) return messages.slice(place);
  return latest.seq === known.seq && latest.at === known.at ? [] : undefined;
}
