import type { ParticipantId } from '@parley/protocol';
import type { ConnectionRef, RoomRef, RoomState } from '../state/room-state.ts';

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

  /** Resolves when all that were added have been tried. */
  async settled(): Promise<void> {
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
