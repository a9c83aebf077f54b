import type { LogPosition, Missed, Participant, RoomEvent, RoomSnapshot } from '@parley/protocol';
import { applyEvent } from './events.ts';

/** How many events wait for what came before them at most; older ones are in the answer that comes. */
const maxWaiting = 1_000;

/** How long nothing may be heard before it is asked for, as the last event of all may have been lost. */
export const checkMs = 30_000;

export interface RoomLogHandlers {
  changed(snapshot: RoomSnapshot): void;
  /** An event was or may have been missed: `take` is to be called with what came after `position`. */
  gap(): void;
}

/** Follows a room's state: a snapshot, then events in their order. Events that come too early wait for those before them. */
export class RoomLog {
  readonly #handlers: RoomLogHandlers;
  #snapshot: RoomSnapshot | undefined;
  #waiting: RoomEvent[] = [];
  #asked = false;
  /** The newest number that was known when it was last asked: what the server then answers is as new, unless it lost changes. */
  #askedAt = 0;
  #check: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: RoomLogHandlers) {
    this.#handlers = handlers;
  }

  get snapshot(): RoomSnapshot | undefined {
    return this.#snapshot;
  }

  /** What `sync` and `resume` are asked to answer the difference to; undefined before the first state. */
  get position(): LogPosition | undefined {
    return this.#snapshot && { seq: this.#snapshot.seq, at: this.#snapshot.at };
  }

  /** Forgets the room; events wait until the next `reset`. */
  clear(): void {
    this.#snapshot = undefined;
    this.#waiting = [];
    this.#asked = false;
    clearTimeout(this.#check);
  }

  /** Takes over what the server says was missed. */
  take(missed: Missed): void {
    if ('snapshot' in missed) this.reset(missed.snapshot);
    else this.#catchUp(missed.events);
  }

  /** Takes a whole state over, unless events overtook it; the order of those who are known already is kept. */
  reset(snapshot: RoomSnapshot): void {
    const asked = this.#asked;
    this.#asked = false;
    this.#checkLater();
    if (this.#snapshot && snapshot.seq < this.#snapshot.seq && !(asked && snapshot.seq < this.#askedAt)) {
      if (!asked) this.resync();
      return;
    }
    const participants = keepOrder(this.#snapshot?.participants ?? [], snapshot.participants);
    if (asked) this.#forgetAsked();
    this.#follow({ ...snapshot, participants });
  }

  #catchUp(events: RoomEvent[]): void {
    if (this.#asked) this.#forgetAsked();
    this.#asked = false;
    if (!this.#snapshot) return;
    this.#checkLater();
    this.#waiting.unshift(...events);
    this.#follow(this.#snapshot);
  }

  /** What was heard before the question and is not in the answer was lost by the server. */
  #forgetAsked(): void {
    this.#waiting = this.#waiting.filter(({ seq }) => seq > this.#askedAt);
  }

  /** Goes on from this state with the events that wait. */
  #follow(snapshot: RoomSnapshot): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let next = snapshot;
    for (const event of waiting.toSorted((one, other) => one.seq - other.seq)) {
      const applied = applyEvent(next, event);
      if (applied.result === 'applied') next = applied.snapshot;
      if (applied.result === 'gap') this.#waiting.push(event);
    }
    if (next !== this.#snapshot) {
      this.#snapshot = next;
      this.#handlers.changed(next);
    }
    if (this.#waiting.length > 0) this.resync();
  }

  receive(event: RoomEvent): void {
    if (this.#snapshot) this.#checkLater();
    const applied = this.#snapshot && applyEvent(this.#snapshot, event);
    if (applied?.result === 'old') return;
    if (applied?.result === 'applied' && this.#waiting.length === 0) {
      this.#snapshot = applied.snapshot;
      this.#handlers.changed(applied.snapshot);
      return;
    }
    if (this.#waiting.length >= maxWaiting) this.#waiting.shift();
    this.#waiting.push(event);
    if (this.#snapshot) this.resync();
  }

  /** Asks for what was missed, unless that is under way. */
  resync(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#askedAt = Math.max(this.#snapshot?.seq ?? 0, ...this.#waiting.map(({ seq }) => seq));
    this.#handlers.gap();
  }

  /** It could not be had: the next event or check may ask again. */
  resyncFailed(): void {
    this.#asked = false;
    if (this.#snapshot) this.#checkLater();
  }

  #checkLater(): void {
    clearTimeout(this.#check);
    this.#check = setTimeout(() => this.resync(), checkMs);
  }
}

function keepOrder(before: Participant[], now: Participant[]): Participant[] {
  const places = new Map(before.map((participant, place) => [participant.id, place]));
  const place = (participant: Participant) => places.get(participant.id) ?? Number.POSITIVE_INFINITY;
  return now.toSorted((one, other) => {
    const [first, second] = [place(one), place(other)];
    return first === second ? 0 : first - second;
  });
}
