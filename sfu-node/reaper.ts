import type { Logger } from '@parley/telemetry';
import type { Participant } from './participant.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** After how long without use something is closed, in ms. */
export interface IdleLimits {
  /** A participant whose transports were connected and are no more; a room with nobody in it. */
  leftMs: number;
  /** A participant whose transports never were connected: one who only waits and neither sends nor receives. */
  unusedMs: number;
}

interface Use {
  /** When it was last seen in use, or first seen at all. */
  lastMs: number;
  everConnected: boolean;
}

/**
 * Closes what nobody will come back for, such as the media of people whose signaling pod died with them. Signaling closes the
 * rest at once.
 */
export class Reaper {
  readonly #rooms: Rooms;
  readonly #limits: IdleLimits;
  readonly #log: Logger;
  readonly #uses = new WeakMap<Room | Participant, Use>();
  #timer: NodeJS.Timeout | undefined;

  constructor(rooms: Rooms, limits: IdleLimits, log: Logger) {
    this.#rooms = rooms;
    this.#limits = limits;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep(performance.now()), this.#limits.leftMs / 10);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Closes what was not in use for too long at `nowMs`, and remembers what is. */
  async sweep(nowMs: number): Promise<void> {
    for (const room of this.#rooms.all) {
      for (const [id, participant] of room.participants) {
        const use = this.#use(participant, participant.connected, nowMs);
        const limit = use.everConnected ? this.#limits.leftMs : this.#limits.unusedMs;
        if (nowMs - use.lastMs < limit) continue;
        await this.#rooms.closeParticipant(room.uid, id);
        this.#log.info({ room: room.uid, participant: id }, "participant's media closed, as it was idle");
      }
      const use = this.#use(room, room.participants.size > 0, nowMs);
      if (nowMs - use.lastMs < this.#limits.leftMs) continue;
      await this.#rooms.close(room.uid);
      this.#log.info({ room: room.uid }, 'room closed, as it was idle');
    }
  }

  #use(thing: Room | Participant, inUse: boolean, nowMs: number): Use {
    const use = this.#uses.get(thing) ?? { lastMs: nowMs, everConnected: false };
    if (inUse) {
      use.lastMs = nowMs;
      use.everConnected = true;
    }
    this.#uses.set(thing, use);
    return use;
  }
}
