/** Who hears what is said in a room: the sockets in the channels of Socket.IO that are named here. */
import { type Dialect, eventFor, hearsMoves, isMove, type RoomEvent, type RoomUid } from '@parley/protocol';
import type { Caller, ParleyServer } from './caller.ts';

/** Those of a room who do not know that its media moves hear something else of that. */
const unmoved = (uid: RoomUid) => `${uid}:unmoved`;
const withoutMoves: Dialect = { version: 2, revision: 0 };

/** From here on the caller hears what is said in the room. */
export async function enterChannels({ socket, dialect }: Caller, uid: RoomUid): Promise<void> {
  await socket.join(hearsMoves(dialect) ? uid : [uid, unmoved(uid)]);
}

export function leaveChannels({ socket }: Caller, uid: RoomUid): void {
  socket.leave(uid);
  socket.leave(unmoved(uid));
}

/** Tells everyone in a room, over all replicas, in words that they know; `except` is a socket that need not hear it. */
export function sayEvent(io: ParleyServer, uid: RoomUid, event: RoomEvent, except: string[] = []): void {
  if (!isMove(event)) {
    io.to(uid).except(except).emit('room', event);
    return;
  }
  io.to(uid)
    .except([...except, unmoved(uid)])
    .emit('room', event);
  const other = eventFor(withoutMoves, event);
  if (other) io.to(unmoved(uid)).except(except).emit('room', other);
}
