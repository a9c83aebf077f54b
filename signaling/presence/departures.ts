import { setTimeout as sleep } from 'node:timers/promises';
import type { ParticipantId } from '@parley/protocol';
import type { ConnectionRef, RoomRef, RoomState } from '../state/room-state.ts';

/** How long somebody whose connection was ended on purpose takes at most to be back elsewhere, in ms. */
const returnMs = 2000;

interface Departure {
  room: RoomRef;
  id: ParticipantId;
  connection: ConnectionRef;
  /** `remove`: at once. `disconnect`: with the grace to come back. */
  how: 'remove' | 'disconnect';
}

/** Writes down that participants went, again and again if need be: the state must not hold who is not there. */
export class Departures {
  readonly #state: RoomState;
  readonly #graceMs: number;
  readonly #waiting = new Set<Departure>();
  readonly #writing = new Set<Promise<void>>();
  /** Those that may be put right before they are written down. */
  readonly #expected = new Set<Promise<void>>();

  constructor(state: RoomState, graceMs: number) {
    this.#state = state;
    this.#graceMs = graceMs;
  }

  async add(departure: Departure): Promise<void> {
    this.#waiting.add(departure);
    const writing = this.#write(departure).catch(() => {});
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
  }

  /** Like `add`, but a moment later: nobody need hear of somebody who is connected elsewhere by then. */
  async expectBack(departure: Departure): Promise<void> {
    const waiting = sleep(returnMs).then(() => this.add(departure));
    this.#expected.add(waiting);
    await waiting;
    this.#expected.delete(waiting);
  }

  /** Resolves when all that were added have been tried, those too that are expected back. */
  async settled(): Promise<void> {
    await Promise.all(this.#expected);
    await Promise.all(this.#writing);
  }

  /** Tries those once more that could not be written down. */
  async retry(): Promise<void> {
    for (const departure of this.#waiting) await this.#write(departure);
  }

  async #write(departure: Departure): Promise<void> {
    const { room, id, connection, how } = departure;
    if (how === 'remove') await this.#state.remove(room, id, connection);
    else await this.#state.disconnect(room, id, connection, this.#graceMs);
    this.#waiting.delete(departure);
  }
}
