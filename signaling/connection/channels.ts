/** Who hears what is said in a room: the sockets in the channels of Socket.IO that are named here. */
import {
  type Dialect,
  eventFor,
  hearsLayersWanted,
  hearsSpeakers,
  type LayersWantedOf,
  olderDialectOf,
  olderDialects,
  type ParticipantId,
  type RoomEvent,
  type RoomUid,
  type Speaker,
} from '@parley/protocol';
import type { Caller, ParleyServer } from './caller.ts';

/** Those of a room who hear some events in other words, or not at all. */
const channelOf = (uid: RoomUid, { version, revision }: Dialect) => `${uid}:${version}.${revision}`;

/** From here on the caller hears what is said in the room. */
export async function enterChannels({ socket, dialect }: Caller, uid: RoomUid): Promise<void> {
  const older = olderDialectOf(dialect);
  await socket.join(older ? [uid, channelOf(uid, older)] : uid);
}

/** From here on the caller hears what is said to this participant alone, whichever replica says it. */
export async function enterOwnChannel({ socket, dialect }: Caller, id: ParticipantId): Promise<void> {
  if (hearsLayersWanted(dialect)) await socket.join(id);
}

/** Tells those who publish what others watch of it. */
export function sayLayersWanted(io: ParleyServer, wanted: readonly LayersWantedOf[]): void {
  for (const { participant, ...one } of wanted) io.to(participant).emit('layersWanted', one);
}

/** Tells those in a room whose connections this replica has, and who know what it is. Who does not read it misses it. */
export function saySpeakers(io: ParleyServer, uid: RoomUid, speakers: Speaker[]): void {
  const unknowing = olderDialects
    .filter(dialect => !hearsSpeakers(dialect))
    .map(each => channelOf(uid, each));
  io.local.volatile.to(uid).except(unknowing).emit('speakers', { speakers });
}

export function leaveChannels({ socket, dialect }: Caller, uid: RoomUid): void {
  const older = olderDialectOf(dialect);
  socket.leave(uid);
  if (older) socket.leave(channelOf(uid, older));
}

/** Tells everyone in a room, over all replicas, in words that they know; `except` is a socket that need not hear it. */
export function sayEvent(io: ParleyServer, uid: RoomUid, event: RoomEvent, except: string[] = []): void {
  const others = olderDialects
    .map(dialect => ({ channel: channelOf(uid, dialect), words: eventFor(dialect, event) }))
    .filter(({ words }) => words !== event);
  io.to(uid)
    .except([...except, ...others.map(({ channel }) => channel)])
    .emit('room', event);
  for (const { channel, words } of others) {
    if (words) io.to(channel).except(except).emit('room', words);
  }
}
