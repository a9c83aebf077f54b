import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyPlacement, RoomUid } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { RoomRef } from '../state/room-changes.ts';
import type { Outstanding, Task } from '../state/room-outstanding.ts';
import type { RoomState } from '../state/room-state.ts';
import type { Placements } from './placements.ts';
import type { RoomMedia } from './room-media.ts';
import { settlePause } from './settle-pause.ts';

/** So many calls of one SFU at the same time. */
const atOnce = 20;
/** How long somebody waits at most for what goes on without them, in ms. */
const patienceMs = 1000;

/**
 * Tells SFUs what the state says already: who was muted, may not publish any more, or is gone. Who decided that does it at once; where
 * the SFU cannot be reached it stays outstanding, and the replica that sweeps tries on. Two that do the same do no harm.
 */
export class CatchUp {
  readonly #state: RoomState;
  readonly #placements: Placements;
  readonly #media: RoomMedia;
  readonly #log: Logger;
  readonly #running = new Map<RoomUid, Promise<void>>();
  readonly #next = new Map<RoomUid, Promise<void>>();
  /** Rooms of which the log says that something is outstanding. */
  readonly #late = new Set<RoomUid>();

  constructor(of: { state: RoomState; placements: Placements; media: RoomMedia; log: Logger }) {
    this.#state = of.state;
    this.#placements = of.placements;
    this.#media = of.media;
    this.#log = of.log;
  }

  /** Tries what is outstanding in the room by now, once. What could not be done is no error: it is tried again. */
  run(room: RoomRef): Promise<void> {
    const { uid } = room;
    const running = this.#running.get(uid);
    if (!running) return this.#begin(room);
    const next =
      this.#next.get(uid) ??
      running.then(() => {
        this.#next.delete(uid);
        return this.#begin(room);
      });
    this.#next.set(uid, next);
    return next;
  }

  /** Like `run`, for somebody whose answer is not to wait for an SFU that does not answer. */
  async soon(room: RoomRef): Promise<void> {
    await Promise.race([this.run(room), sleep(patienceMs, undefined, { ref: false })]);
  }

  #begin(room: RoomRef): Promise<void> {
    const round = this.#round(room)
      .catch(error => this.#postpone(room, error))
      .finally(() => this.#running.delete(room.uid));
    this.#running.set(room.uid, round);
    return round;
  }

  async #round(room: RoomRef): Promise<void> {
    const placement = await this.#placements.read(room.key);
    const all = await this.#state.outstanding.all(room.key);
    if (placement?.state !== 'ready' || placement.uid !== room.uid) {
      this.#late.delete(room.uid);
      // Its media is gone, or is another room's. One that waits may be back where it was.
      const isOver = placement && (placement.state === 'ended' || placement.uid !== room.uid);
      if (isOver) await this.#state.outstanding.done(room, all);
      return;
    }
    for (let i = 0; i < all.length; i += atOnce) await this.#do(placement, all.slice(i, i + atOnce));
    if (this.#late.delete(room.uid)) this.#log.info({ room: room.key }, 'the SFU knows all again');
  }

  async #do(placement: ReadyPlacement, some: Outstanding[]): Promise<void> {
    const outcomes = await Promise.allSettled(some.map(({ task }) => this.#perform(placement, task)));
    const done = some.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    await this.#state.outstanding.done(placement, done);
    const failed = outcomes.find(outcome => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #perform(placement: ReadyPlacement, task: Task): Promise<void> {
    const { producers } = this.#state;
    const { participant } = task;
    switch (task.what) {
      case 'leave':
        return this.#media.endParticipant(placement, participant);
      case 'close':
        // In this order, so that the state does not hide what still flows.
        await this.#media.closeProducer(placement, participant, task.producer);
        await producers.remove(placement, participant, task.producer);
        return;
      case 'pause': {
        const paused = await producers.isPaused(placement.key, task.producer);
        if (paused === undefined) return;
        await settlePause(producers, placement.key, task.producer, paused, wanted =>
          this.#media.pauseProducer(placement, participant, task.producer, wanted),
        );
      }
    }
  }

  #postpone({ key, uid }: RoomRef, error: unknown): void {
    if (this.#late.has(uid)) return;
    this.#late.add(uid);
    this.#log.warn({ room: key, err: error }, 'an SFU was not told what a room needs; trying on');
  }
}
