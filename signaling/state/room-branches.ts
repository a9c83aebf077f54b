import { randomUUID } from 'node:crypto';
import { type Carrier, MediaGeneration, MediaLossId, type ReadyPlacement } from '@parley/protocol';
import { z } from 'zod';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import { instancesOf, type MediaPlaces, type MoveFrom, seenMedia } from './room-moves.ts';

/** What media a room is to have. */
export interface NewMedia {
  main: Carrier;
  branches: readonly Carrier[];
  /** What it moves from, and where most of its people go. Without, what was there before and is not among these is lost. */
  move?: MoveFrom & { to: MediaGeneration };
}

/** Media of rooms that are on several SFUs. */
export class RoomBranches {
  readonly #changes: RoomChanges;

  constructor(changes: RoomChanges) {
    this.#changes = changes;
  }

  /**
   * Makes other media those of the room, if it has what its caller `seen` and is placed where they believe. Whose media is not among them is
   * told so; `ok` also for a move that nobody is there to make.
   */
  async change(
    placement: ReadyPlacement,
    seen: MediaPlaces,
    { main, branches, move }: NewMedia,
  ): Promise<'ok' | 'moved' | 'stale' | 'not_placed'> {
    const { status, rest } = await this.#changes.run('changeMedia', placement, [
      seenMedia(seen),
      seen.former?.generation ?? '',
      instancesOf(placement),
      JSON.stringify(main),
      branches.length > 0 ? JSON.stringify(branches) : '',
      MediaLossId.parse(randomUUID()),
      ...(move
        ? [move.from.generation, JSON.stringify(move.from.sfu), move.deadlineMs, move.to]
        : ['', '', '', '']),
    ]);
    return z.enum(['ok', 'moved', 'stale', 'not_placed']).parse(rest[0] ?? status);
  }

  /** How many people were given which media last. */
  async countPeople(room: RoomRef): Promise<Map<MediaGeneration, number>> {
    const { rest } = await this.#changes.run('countLinks', room, []);
    const flat = z.array(z.union([MediaGeneration, z.int()])).parse(rest[0] ?? []);
    const counts = new Map<MediaGeneration, number>();
    for (let i = 0; i + 1 < flat.length; i += 2) {
      counts.set(MediaGeneration.parse(flat[i]), z.int().parse(flat[i + 1]));
    }
    return counts;
  }
}
