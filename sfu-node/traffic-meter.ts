import type { MediaTransport } from './media-transport.ts';
import type { Rooms } from './rooms.ts';

/** How often some transports are asked, in ms, and in how many such rounds all of them. */
const roundMs = 1_000;
const rounds = 5;

/** Bits per second. */
export interface Traffic {
  sent: number;
  received: number;
}

/**
 * Knows how much media flows through the SFU. Each transport is asked once in five seconds, a few at a time: more would cost the
 * workers time that media needs. A round that is not answered yet lets the next one wait.
 */
export class TrafficMeter {
  readonly #rooms: Rooms;
  readonly #known = new WeakMap<MediaTransport, Traffic>();
  #next = 0;
  #asking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), roundMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What flows as of the last answers. */
  get traffic(): Traffic {
    const total = { sent: 0, received: 0 };
    for (const transport of this.#transports) {
      const known = this.#known.get(transport);
      total.sent += known?.sent ?? 0;
      total.received += known?.received ?? 0;
    }
    return total;
  }

  /** Asks the next fifth of the transports. */
  async round(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const transports = this.#transports;
    const count = Math.ceil(transports.length / rounds);
    if (this.#next >= transports.length) this.#next = 0;
    const asked = transports.slice(this.#next, this.#next + count);
    this.#next += count;
    await Promise.all(asked.map(transport => this.#ask(transport)));
    this.#asking = false;
  }

  async #ask(transport: MediaTransport): Promise<void> {
    const traffic = await transport.traffic().catch(() => undefined);
    if (traffic) this.#known.set(transport, traffic);
  }

  get #transports(): MediaTransport[] {
    return this.#rooms.all.flatMap(room => [...room.participants.values()].flatMap(each => each.transports));
  }
}
