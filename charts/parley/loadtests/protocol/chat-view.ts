/** What was written in a room, each message once and in order (SPEC.md, H1 to H5). */
import type { ChatMessage, ChatPage, ChatPosition } from '@parley/protocol';

export class ChatView {
  #known: ChatPosition | undefined;
  /** Messages that came before one that is missing, by number. */
  readonly #early = new Map<number, ChatMessage>();
  /** Messages that can be had no more, of which it is known that they were there. */
  missed = 0;

  get place(): ChatPosition | undefined {
    return this.#known;
  }

  /** Takes a message that was heard: those that can be shown now, and whether one is missing. */
  hear(message: ChatMessage): { shown: ChatMessage[]; gap: boolean } {
    const known = this.#known;
    if (known && message.seq <= known.seq) return { shown: [], gap: false };
    const next = known && message.seq === known.seq + 1 && message.after === known.at;
    if (!next) {
      // What is asked for brings more than anybody keeps here.
      if (this.#early.size < 200) this.#early.set(message.seq, message);
      return { shown: [], gap: true };
    }
    this.#known = { seq: message.seq, at: message.at };
    this.#early.delete(message.seq);
    return { shown: [message, ...this.#late()], gap: false };
  }

  /** Takes a page that was asked for: what of it is new, and whether there is more to ask for. */
  read(page: ChatPage): { shown: ChatMessage[]; more: boolean } {
    const known = this.#known;
    // What was heard in the meantime may be newer than the answer.
    if (known && page.latest.at <= known.at) return { shown: this.#late(), more: false };
    const first = page.messages[0];
    const follows = known !== undefined && isAfter(known, page);
    if (known && !follows && first) this.missed += Math.max(0, first.seq - known.seq - 1);
    const shown = page.messages.filter(({ seq }) => !follows || seq > known.seq);
    const last = shown.at(-1);
    if (last) this.#known = { seq: last.seq, at: last.at };
    else if (!follows) this.#known = page.latest;
    const place = this.#known ?? page.latest;
    for (const [seq, { at }] of this.#early) if (seq <= place.seq || at <= place.at) this.#early.delete(seq);
    const late = this.#late();
    return {
      shown: [...shown, ...late],
      more: last !== undefined && (this.#known?.at ?? 0) < page.latest.at,
    };
  }

  #late(): ChatMessage[] {
    const shown: ChatMessage[] = [];
    for (;;) {
      const known = this.#known;
      const next = known && this.#early.get(known.seq + 1);
      if (!next || next.after !== known.at) return shown;
      this.#early.delete(next.seq);
      this.#known = { seq: next.seq, at: next.at };
      shown.push(next);
    }
  }
}

/** Whether a page goes on where this place is, or before it, in the same history. */
function isAfter(place: ChatPosition, { messages, latest }: ChatPage): boolean {
  const [first] = messages;
  if (!first) return latest.seq >= place.seq;
  if (first.seq > place.seq) return first.seq === place.seq + 1 && first.after === place.at;
  const same = messages.find(({ seq }) => seq === place.seq);
  return same ? same.at === place.at : latest.seq >= place.seq;
}
