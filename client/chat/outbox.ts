import { type ChatMessageId, RefusalError } from '@parley/protocol';
import { backoffMs, pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';

/** So many messages may wait to be sent. */
export const maxUnsent = 50;

/** A message that is not among the room's messages yet. */
export interface Unsent {
  readonly id: ChatMessageId;
  readonly text: string;
  readonly state: 'sending' | 'sent' | 'failed';
  /** Why it failed, for people. */
  readonly error: RefusalError | undefined;
  /** Its number once it is sent. */
  readonly seq: number | undefined;
}

export interface OutboxHandlers {
  changed(): void;
  sent(seq: number): void;
}

/** Sends messages one after the other, in their order, until each is answered. A message keeps its id however often it is sent. */
export class Outbox {
  readonly #request: SendRequest;
  readonly #handlers: OutboxHandlers;
  #messages: readonly Unsent[] = [];
  #running = false;
  #hurry = new AbortController();
  #over: RefusalError | undefined;

  constructor(request: SendRequest, handlers: OutboxHandlers) {
    this.#request = request;
    this.#handlers = handlers;
  }

  get messages(): readonly Unsent[] {
    return this.#messages;
  }

  /** @throws RefusalError if too many wait already, or the call is over. */
  add(id: ChatMessageId, text: string): void {
    if (this.#over) throw this.#over;
    if (this.#messages.length >= maxUnsent) {
      throw new RefusalError('rate_limited', 'Too many messages wait to be sent. Wait until they are.');
    }
    this.#messages = [...this.#messages, { id, text, state: 'sending', error: undefined, seq: undefined }];
    this.#handlers.changed();
    void this.#run();
  }

  /** Sends a message that failed again. */
  retry(id: ChatMessageId): void {
    if (this.#over || this.#find(id)?.state !== 'failed') return;
    this.#edit(id, { state: 'sending', error: undefined });
    void this.#run();
  }

  /** Forgets a message that failed. */
  discard(id: ChatMessageId): void {
    if (this.#find(id)?.state !== 'failed') return;
    this.#messages = this.#messages.filter(message => message.id !== id);
    this.#handlers.changed();
  }

  /** The room's messages hold these, and all up to this number. */
  settle(holds: (id: ChatMessageId) => boolean, upTo: number): void {
    this.#messages = this.#messages.filter(({ id, seq }) => !holds(id) && (seq === undefined || seq > upTo));
  }

  /** The call is on, perhaps again. */
  open(): void {
    this.#over = undefined;
    this.hurry();
  }

  /** It may work now: what waits for its next attempt takes it at once. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  /** What is not sent by now is not sent any more. */
  close(error: RefusalError): void {
    this.#over = error;
    for (const { id, state } of this.#messages)
      if (state === 'sending') this.#edit(id, { state: 'failed', error });
    this.hurry();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let attempt = 1; ; ) {
      const next = this.#messages.find(({ state }) => state === 'sending');
      if (!next) break;
      const refusal = await this.#send(next);
      if (!refusal) attempt = 1;
      else await pause(backoffMs(attempt++), this.#hurry.signal);
    }
    this.#running = false;
  }

  /** Answers with why it has to be sent again, if it has to. */
  async #send({ id, text }: Unsent): Promise<RefusalError | undefined> {
    try {
      const { seq } = await this.#request('sendChat', { id, text });
      this.#edit(id, { state: 'sent', error: undefined, seq });
      this.#handlers.sent(seq);
      return undefined;
    } catch (cause) {
      const error = toRefusal(cause);
      if (error.retry !== 'no') return error;
      this.#edit(id, { state: 'failed', error });
      return undefined;
    }
  }

  #find(id: ChatMessageId): Unsent | undefined {
    return this.#messages.find(message => message.id === id);
  }

  #edit(id: ChatMessageId, parts: Partial<Unsent>): void {
    this.#messages = this.#messages.map(message => (message.id === id ? { ...message, ...parts } : message));
    this.#handlers.changed();
  }
}
