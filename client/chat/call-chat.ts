import {
  type ChatMessage,
  ChatMessageId,
  type ChatPage,
  type ChatPosition,
  ChatText,
  cleanChatText,
  type ParticipantId,
  RefusalError,
} from '@parley/protocol';
import type { SendRequest } from '../connection/connection.ts';
import { Listeners } from '../store.ts';
import type { Chat, ChatEntry, ChatSnapshot } from '../types.ts';
import { randomUuid } from '../uuid.ts';
import { ChatLog } from './chat-log.ts';
import { Outbox, type Unsent } from './outbox.ts';

/** The chat of one call: what others wrote, and what oneself writes, which is sent until it is there. */
export class CallChat implements Chat {
  readonly #request: SendRequest;
  readonly #log: ChatLog;
  readonly #outbox: Outbox;
  readonly #listeners = new Listeners();
  /** Who one is and was: another after a full rejoin. */
  readonly #own = new Set<ParticipantId>();
  readonly #entries = new WeakMap<ChatMessage | Unsent, ChatEntry>();
  #snapshot: ChatSnapshot = { messages: [], hasOlder: false };
  #loading = false;

  constructor(request: SendRequest) {
    this.#request = request;
    this.#log = new ChatLog({ changed: () => this.#show(), gap: () => void this.#resync() });
    this.#outbox = new Outbox(request, {
      changed: () => this.#show(),
      sent: seq => this.#log.expect(seq),
    });
  }

  snapshot = (): ChatSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);

  send(text: string): ChatMessageId {
    const read = ChatText.safeParse(cleanChatText(text));
    if (!read.success) {
      const what = read.error.issues[0]?.message ?? 'cannot be sent';
      throw new RefusalError('bad_request', `A message ${what}.`, { path: 'text', cause: read.error });
    }
    if (this.#own.size === 0) throw new RefusalError('not_joined', 'Join a room first.');
    const id = ChatMessageId.parse(randomUuid());
    this.#outbox.add(id, read.data);
    return id;
  }

  retry(id: ChatMessageId): void {
    this.#outbox.retry(id);
  }

  discard(id: ChatMessageId): void {
    this.#outbox.discard(id);
  }

  async loadOlder(): Promise<void> {
    const before = this.#log.olderThan;
    if (before === undefined || this.#loading) return;
    this.#loading = true;
    try {
      this.#log.takeOlder(await this.#request('chatHistory', { before }));
    } finally {
      this.#loading = false;
    }
  }

  /** The latest message that is known. */
  get position(): ChatPosition | undefined {
    return this.#log.position;
  }

  /** A join begins. */
  entering(): void {
    this.#log.entering();
  }

  entered(self: ParticipantId, page: ChatPage | undefined): void {
    this.#own.add(self);
    if (page) this.#log.take(page);
    this.#outbox.open();
  }

  resumed(page: ChatPage | undefined, since: ChatPosition | undefined): void {
    if (page) this.#log.take(page, since);
    this.#outbox.hurry();
  }

  receive(message: ChatMessage): void {
    this.#log.receive(message);
  }

  /** A message came that cannot be read. */
  resync(): void {
    this.#log.resync();
  }

  /** The call is over. */
  close(error: RefusalError): void {
    this.#log.stop();
    this.#outbox.close(error);
  }

  async #resync(): Promise<void> {
    const since = this.#log.position;
    try {
      this.#log.take(await this.#request('chatHistory', { since }), since);
    } catch {
      this.#log.resyncFailed(); // The next message or check, or the reconnection, asks again.
    }
  }

  #show(): void {
    const written = this.#log.messages;
    const ids = new Set(written.map(({ id }) => id));
    this.#outbox.settle(id => ids.has(id), this.#log.position?.seq ?? 0);
    const messages = [
      ...written.map(message => this.#entry(message, () => this.#written(message))),
      ...this.#outbox.messages.map(message => this.#entry(message, () => ofUnsent(message))),
    ];
    this.#snapshot = { messages, hasOlder: this.#log.olderThan !== undefined };
    this.#listeners.tell();
  }

  /** What did not change stays the same object. */
  #entry(of: ChatMessage | Unsent, make: () => ChatEntry): ChatEntry {
    const entry = this.#entries.get(of) ?? make();
    this.#entries.set(of, entry);
    return entry;
  }

  #written({ id, seq, at, from, text }: ChatMessage): ChatEntry {
    return { id, seq, at, from, mine: this.#own.has(from.id), text, state: 'sent', error: undefined };
  }
}

function ofUnsent({ id, seq, text, state, error }: Unsent): ChatEntry {
  return { id, seq, at: undefined, from: undefined, mine: true, text, state, error };
}
