import { type Goodbye, goodbyeFor } from '@parley/protocol';
import type { LocalRooms } from '../presence/local-rooms.ts';
import type { Caller, ParleyServer } from './caller.ts';

/** Ends stays of sockets, but for `except`: `who` is a socket of whichever replica, or the uid of a room for all of its sockets. */
export type Dismiss = (who: string, goodbye: Goodbye, except?: string) => void;

/**
 * Each replica says goodbye to its own sockets, as it alone knows in which words. One that misses this finds out by itself when
 * `RoomKeeper` compares its members with the state.
 */
export function createDismiss(io: ParleyServer, rooms: LocalRooms): Dismiss {
  const here = (who: string, goodbye: Goodbye, except: string) => {
    const { adapter, sockets } = io.of('/');
    // Every socket is in a room of its own id.
    for (const id of [...(adapter.rooms.get(who) ?? [])]) {
      const caller = id === except ? undefined : sockets.get(id)?.data.caller;
      if (caller) dismissCaller(rooms, caller, goodbye);
    }
  };
  io.on('dismiss', here);
  return (who, goodbye, except = '') => {
    here(who, goodbye, except);
    io.serverSideEmit('dismiss', who, goodbye, except);
  };
}

/** Ends a stay. A join or resume that is under way finds its socket gone. */
export function dismissCaller(rooms: LocalRooms, caller: Caller, goodbye: Goodbye): void {
  if (caller.session.status === 'in') {
    rooms.remove(caller.session.member);
    caller.session = { status: 'over' };
  }
  if (caller.session.status === 'waiting') caller.session = { status: 'over' };
  caller.socket.emit('goodbye', goodbyeFor(caller.dialect, goodbye));
  caller.socket.disconnect(true);
}
