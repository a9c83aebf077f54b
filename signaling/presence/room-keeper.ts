import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClosedPlacement,
  type Goodbye,
  RefusalError,
  type RoomKey,
  type SfuInstance,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Member } from '../connection/caller.ts';
import { dismissCaller } from '../connection/dismissal.ts';
import { closureOf, type Placements } from '../media/placements.ts';
import type { RoomMedia } from '../media/room-media.ts';
import { instancesOf, placedOn } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { jittered } from './every.ts';
import type { LocalRoom, LocalRooms } from './local-rooms.ts';

const repairPauseMs = { first: 200, longest: 1000 };

export const ended: Goodbye = { reason: 'room_ended', message: 'The meeting has ended.' };

const closedMessages = {
  NotOpenYet: 'The meeting is over for now.',
  Closed: 'The meeting is over.',
  Suspended: 'The meeting was closed for now by its administrator.',
} as const satisfies Record<ClosedPlacement['reason'], string>;

/** What those hear who are in a room that closes, or wait for it. */
export function goodbyeOf(placement: ClosedPlacement): Goodbye {
  const closed = closureOf(placement);
  return { reason: 'room_closed', message: closedMessages[closed.reason], closed };
}

/** Keeps the rooms of this replica true: to what the operator says of them, to their media and to their state. */
export class RoomKeeper {
  readonly #rooms: LocalRooms;
  readonly #placements: Placements;
  readonly #media: RoomMedia;
  readonly #state: RoomState;
  readonly #log: Logger;
  /** Rooms whose media is being repaired; true if there was a new reason since the last try. */
  readonly #repairs = new Map<LocalRoom, boolean>();
  /** How many workers of each SFU were known to have died, by the pod. */
  readonly #deaths = new Map<string, { instance: SfuInstance; deaths: number }>();

  constructor(of: {
    rooms: LocalRooms;
    placements: Placements;
    media: RoomMedia;
    state: RoomState;
    log: Logger;
  }) {
    this.#rooms = of.rooms;
    this.#placements = of.placements;
    this.#media = of.media;
    this.#state = of.state;
    this.#log = of.log;
    of.placements.onChange(key => this.#checkSoon(key));
    of.placements.onRouterLost(uid => {
      const room = of.rooms.byUid(uid);
      if (room) this.doubtMedia(room);
    });
  }

  /** Looks at every room by itself, since wake-ups may be lost. */
  async checkAll(): Promise<void> {
    await this.#checkSfus().catch(error => this.#log.debug({ err: error }, 'SFUs were not checked'));
    for (const room of this.#rooms.all()) {
      try {
        await this.#checkPlacement(room);
        await this.#checkMembers(room);
      } catch (error) {
        this.#log.debug({ room: room.key, err: error }, 'a room was not checked');
      }
    }
  }

  /** Has the room's media made anew if it is gone; tries until it is there or the room is to be elsewhere. */
  doubtMedia(room: LocalRoom): void {
    const running = this.#repairs.has(room);
    this.#repairs.set(room, true);
    if (!running) void this.#repair(room).finally(() => this.#repairs.delete(room));
  }

  /** Doubts the media of rooms on an SFU of which more workers died than was known, and of those of several that miss one. */
  async #checkSfus(): Promise<void> {
    const rooms = new Map<string, { room: LocalRoom; instance: SfuInstance; several: boolean }[]>();
    for (const room of this.#rooms.all()) {
      if (room.placement.state !== 'ready') continue;
      const all = placedOn(room.placement);
      for (const { pod, instance } of all) {
        const those = rooms.get(pod) ?? [];
        those.push({ room, instance, several: all.length > 1 });
        rooms.set(pod, those);
      }
    }
    for (const pod of this.#deaths.keys()) if (!rooms.has(pod)) this.#deaths.delete(pod);
    for (const [pod, those] of rooms) {
      const sfu = await this.#placements.readSfu(pod);
      for (const { room, instance, several } of those) {
        if (several && sfu?.instance !== instance) this.doubtMedia(room);
      }
      if (!sfu) continue;
      const known = this.#deaths.get(pod);
      const { instance, deaths = 0 } = sfu;
      this.#deaths.set(pod, { instance, deaths });
      if (deaths > (known?.instance === instance ? known.deaths : 0)) {
        for (const { room } of those) this.doubtMedia(room);
      }
    }
  }

  #checkSoon(key: RoomKey): void {
    for (const room of this.#rooms.byKey(key)) {
      this.#checkPlacement(room).catch(error => this.#log.debug({ err: error }, 'a placement was not read'));
    }
  }

  async #checkPlacement(room: LocalRoom): Promise<void> {
    const placement = await this.#placements.read(room.key);
    // A Redis that lost everything says nothing: the people in the room stay.
    if (!placement) return;
    if (placement.state === 'ended' || placement.uid !== room.uid) return this.#end(room, ended);
    if (placement.state === 'closed') return this.#end(room, goodbyeOf(placement));
    room.placement = placement;
    if (placement.state === 'ready' && instancesOf(placement) !== room.servedBy) this.doubtMedia(room);
  }

  /** Everybody goes, and the room's state with them. */
  async #end(room: LocalRoom, goodbye: Goodbye): Promise<void> {
    const members = [...room.members];
    for (const member of members) this.dismiss(member, goodbye);
    await this.#media.moves.closeBesides(room);
    await this.#state.end(room);
    if (members.length === 0) return;
    const { reason, closed } = goodbye;
    this.#log.info({ room: room.key, uid: room.uid, reason: closed?.reason ?? reason }, 'everybody left');
  }

  /** Ends a member's stay. */
  dismiss(member: Member, goodbye: Goodbye): void {
    dismissCaller(this.#rooms, member.caller, goodbye);
  }

  /** What the state says of the members must agree with what this replica knows: it may have missed Redis for a while. */
  async #checkMembers(room: LocalRoom): Promise<void> {
    const members = [...room.members];
    if (members.length === 0) return;
    const found = await this.#state.connections.compare(room, members);
    for (const [index, member] of members.entries()) {
      if (!room.members.has(member)) continue;
      switch (found[index]) {
        case 'down':
          await this.#state.resume(room, member.id, member.connection);
          break;
        case 'elsewhere':
          this.dismiss(member, { reason: 'replaced', message: 'You joined from elsewhere.' });
          break;
        case 'lost':
          if ((await this.#placements.read(room.key))?.state === 'ready') member.caller.socket.conn.close();
          break;
      }
    }
  }

  async #repair(room: LocalRoom): Promise<void> {
    for (let pause = repairPauseMs.first; this.#repairs.get(room) && room.members.size > 0; ) {
      const { placement } = room;
      if (placement.state !== 'ready') return;
      this.#repairs.set(room, false);
      try {
        const outcome = await this.#media.repair(placement);
        room.servedBy = instancesOf(placement);
        pause = repairPauseMs.first;
        if (outcome === 'waiting') {
          this.#repairs.set(room, true);
          await sleep(jittered(repairPauseMs.longest));
        }
      } catch (error) {
        if (!(error instanceof RefusalError)) this.#log.error({ err: error }, 'media could not be repaired');
        if (pause === repairPauseMs.first) {
          this.#log.warn({ room: room.key, sfu: placement.sfu.pod, err: error }, 'media is gone; trying on');
        }
        this.#repairs.set(room, true);
        await sleep(jittered(pause));
        pause = Math.min(pause * 2, repairPauseMs.longest);
      }
    }
  }
}
