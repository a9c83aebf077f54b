import type { Logger } from '@parley/telemetry';
import type { MediaTransport } from './media-transport.ts';
import type { Participant } from './participant.ts';
import type { Rooms } from './rooms.ts';

/** How often some transports are asked, in ms, and in how many such rounds all of them. */
const roundMs = 1_000;
const rounds = 5;

/** Who sends something that others watch or hear, and of whom nothing came for so long, in ms, is silent. With DTX something comes twice a second. */
const silentMs = 4_500;

/** Bits per second. */
export interface Traffic {
  sent: number;
  received: number;
}

interface Known extends Traffic {
  bytesReceived: number;
  /** When it answered, and when more had come than before for the last time, by the clock of `performance.now()`. */
  askedMs: number;
  heardMs: number;
}

/**
 * Knows how much media flows through the SFU, and who is silent. Each transport is asked once in five seconds, a few at a time: more would cost the
 * workers time that media needs. A round that is not answered yet lets the next one wait.
 */
export class TrafficMeter {
  readonly #rooms: Rooms;
  readonly #log: Logger;
  readonly #known = new WeakMap<MediaTransport, Known>();
  readonly #silent = new WeakSet<Participant>();
  /** Since when something is to be expected, by the same clock. */
  readonly #expectedMs = new WeakMap<Participant, number>();
  #next = 0;
  #asking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(rooms: Rooms, log: Logger) {
    this.#rooms = rooms;
    this.#log = log;
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

  /** How many participants were connected and are not heard any more. */
  get silent(): number {
    const all = this.#rooms.all.flatMap(room => [...room.participants.values()]);
    return all.filter(participant => this.#silent.has(participant)).length;
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
    this.#listen();
    this.#asking = false;
  }

  async #ask(transport: MediaTransport): Promise<void> {
    const traffic = await transport.traffic().catch(() => undefined);
    if (!traffic) return;
    const before = this.#known.get(transport);
    const heard = before?.bytesReceived !== traffic.bytesReceived;
    const askedMs = performance.now();
    this.#known.set(transport, { ...traffic, askedMs, heardMs: heard ? askedMs : before.heardMs });
  }

  /** Says of whom nothing is heard any more, and of whom it is again. */
  #listen(): void {
    for (const { uid: room, participants } of this.#rooms.all) {
      for (const [id, participant] of participants) {
        const silent = this.#isSilent(participant);
        if (silent === this.#silent.has(participant)) continue;
        if (silent) this.#silent.add(participant);
        else this.#silent.delete(participant);
        const message = silent ? 'participant is not heard any more' : 'participant is heard again';
        this.#log.info({ room, participant: id }, message);
      }
    }
  }

  #isSilent(participant: Participant): boolean {
    const { transports, watchedProducers } = participant;
    const connected = transports.filter(({ state }) => state === 'connected');
    if (connected.length === 0) return transports.some(({ state }) => state === 'disconnected');
    if (watchedProducers.every(({ paused }) => paused)) {
      this.#expectedMs.delete(participant);
      return false;
    }
    const expected = this.#expectedMs.get(participant) ?? performance.now();
    this.#expectedMs.set(participant, expected);
    return connected.every(transport => {
      const known = this.#known.get(transport);
      return known && known.askedMs - Math.max(expected, known.heardMs) >= silentMs;
    });
  }

  get #transports(): MediaTransport[] {
    return this.#rooms.all.flatMap(room => [...room.participants.values()].flatMap(each => each.transports));
  }
}
