import { setTimeout as sleep } from 'node:timers/promises';
import type { Goodbye, LobbyId, RoomKey, RoomUid, Waiting } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Caller, ParleyServer } from '../connection/caller.ts';
import { dismissCaller } from '../connection/dismissal.ts';
import type { Placements } from '../media/placements.ts';
import type { RoomRef, RoomState } from '../state/room-state.ts';
import type { LocalRooms } from './local-rooms.ts';
import { ended, goodbyeOf } from './room-keeper.ts';

/** How long somebody whose connection is gone keeps their place in a lobby, in ms. */
const returnMs = 2000;

/** How long somebody who was turned away does not ask again, in ms. */
export const turnedAwayMs = 60_000;

/** What those hear who are not let in. */
export const turnedAway: Goodbye = {
  reason: 'turned_away',
  message: 'A host did not let you in. You can ask again in a minute.',
};

/** The Socket.IO room of those who wait for a room. */
export const lobbyOf = (uid: RoomUid) => `${uid}:lobby`;

/** Somebody who waits in a lobby and is connected to this replica. */
export interface LocalWaiter {
  readonly id: LobbyId;
  readonly identity: string | undefined;
  readonly room: RoomRef;
  /** What the person shows as they join again. */
  readonly ticket: string;
  readonly caller: Caller;
  /** What they know of it. */
  hostPresent: boolean;
}

/** What it takes to give up a place. */
type Place = Pick<LocalWaiter, 'id' | 'room' | 'caller'>;

/** Those who wait in lobbies and are connected to this replica: keeps true what they know, as what they are told may be lost. */
export class LobbyKeeper {
  readonly #io: ParleyServer;
  readonly #rooms: LocalRooms;
  readonly #placements: Placements;
  readonly #state: RoomState;
  readonly #log: Logger;
  readonly #waiters = new Map<Caller, LocalWaiter>();
  /** Places that nobody holds here, and that may still be in the state. */
  readonly #gone = new Set<Place>();
  readonly #leaving = new Set<Promise<void>>();

  constructor(of: {
    io: ParleyServer;
    rooms: LocalRooms;
    placements: Placements;
    state: RoomState;
    log: Logger;
  }) {
    this.#io = of.io;
    this.#rooms = of.rooms;
    this.#placements = of.placements;
    this.#state = of.state;
    this.#log = of.log;
    of.placements.onChange(key => this.#checkSoon(key));
  }

  get count(): number {
    return this.#waiters.size;
  }

  of(caller: Caller): LocalWaiter | undefined {
    return this.#waiters.get(caller);
  }

  /** Somebody waits from now on. */
  hold(waiter: LocalWaiter): void {
    this.#waiters.set(waiter.caller, waiter);
    if (!waiter.caller.socket.connected) this.disconnected(waiter.caller);
  }

  /** They do not wait any more, and the state knows. */
  release(caller: Caller): void {
    const waiter = this.#waiters.get(caller);
    if (!waiter) return;
    this.#waiters.delete(caller);
    caller.socket.leave(lobbyOf(waiter.room.uid));
  }

  /** Somebody gives up waiting. @throws RefusalError `unavailable` */
  async leave(caller: Caller): Promise<void> {
    const waiter = this.#waiters.get(caller);
    if (!waiter) return;
    this.release(caller);
    this.#gone.add(waiter);
    await this.#forget(waiter);
  }

  /** A place may have been taken that nobody was told of: it is given up as soon as Redis can be reached. */
  abandon(place: Place): void {
    this.#gone.add(place);
  }

  /** A connection is gone; who waited there loses their place unless they are back soon. */
  disconnected(caller: Caller): void {
    const waiter = this.#waiters.get(caller);
    if (!waiter) return;
    this.#waiters.delete(caller);
    const leaving = sleep(returnMs).then(async () => {
      this.#gone.add(waiter);
      await this.#forget(waiter).catch(() => {});
      this.#leaving.delete(leaving);
    });
    this.#leaving.add(leaving);
  }

  /** Resolves when the state knows of all who are gone, or was told in vain. */
  async settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /** Tells people at whichever replica that they are let in. */
  admit(sockets: string[]): void {
    if (sockets.length > 0) this.#io.to(sockets).emit('admitted');
  }

  /** Somebody came who can let people in. */
  hostCame(uid: RoomUid): void {
    this.#io.to(lobbyOf(uid)).emit('waiting', { hostPresent: true });
  }

  /** Looks at everybody who waits here. */
  async checkAll(): Promise<void> {
    for (const place of this.#gone) await this.#forget(place);
    const rooms = Map.groupBy(this.#waiters.values(), ({ room }) => room.uid);
    for (const waiters of rooms.values()) await this.#check(waiters);
  }

  #checkSoon(key: RoomKey): void {
    const waiters = [...this.#waiters.values()].filter(({ room }) => room.key === key);
    this.#check(waiters).catch(error => this.#log.debug({ err: error }, 'a lobby was not looked at'));
  }

  /** `waiters` are of one room. */
  async #check(waiters: LocalWaiter[]): Promise<void> {
    const [first] = waiters;
    if (!first) return;
    const { room } = first;
    const placement = await this.#placements.read(room.key);
    // A Redis that lost everything says nothing.
    if (!placement) return;
    if (placement.state === 'ended' || placement.uid !== room.uid) return this.#end(waiters, ended);
    if (placement.state === 'closed') return this.#end(waiters, goodbyeOf(placement));
    if (placement.state !== 'ready') return;
    if (!placement.lobby) {
      for (const { caller } of waiters) caller.socket.emit('admitted');
      return;
    }
    const { found, hostPresent } = await this.#state.lobby.compare(
      room,
      waiters.map(({ id, identity, caller }) => ({ id, identity, connection: caller.connection })),
    );
    for (const [index, waiter] of waiters.entries()) {
      // A join that is under way tells them.
      if (this.#waiters.get(waiter.caller) !== waiter || waiter.caller.session.status !== 'waiting') continue;
      this.#tell(waiter, found[index] ?? 'lost', { hostPresent });
    }
  }

  #tell(
    waiter: LocalWaiter,
    found: 'same' | 'elsewhere' | 'admitted' | 'turned_away' | 'lost',
    now: Waiting,
  ) {
    const { caller } = waiter;
    switch (found) {
      case 'same':
        if (waiter.hostPresent !== now.hostPresent) caller.socket.emit('waiting', now);
        waiter.hostPresent = now.hostPresent;
        break;
      case 'admitted':
        caller.socket.emit('admitted');
        break;
      case 'turned_away':
        dismissCaller(this.#rooms, caller, turnedAway);
        break;
      case 'elsewhere':
        dismissCaller(this.#rooms, caller, { reason: 'replaced', message: 'You wait elsewhere now.' });
        break;
      case 'lost':
        // Redis lost them: they come again.
        caller.socket.conn.close();
        break;
    }
  }

  async #end(waiters: LocalWaiter[], goodbye: Goodbye): Promise<void> {
    for (const { caller } of waiters) dismissCaller(this.#rooms, caller, goodbye);
    const [first] = waiters;
    if (first) await this.#state.end(first.room);
  }

  async #forget(place: Place): Promise<void> {
    await this.#state.lobby.leave(place.room, place.id, place.caller.connection);
    this.#gone.delete(place);
  }
}
