/** Who hears what is said in a room: the sockets in the channels of Socket.IO that are named here. */
import {
  type Ask,
  type Dialect,
  eventFor,
  hearsInteraction,
  hearsLayersWanted,
  hearsNetworks,
  hearsSpeakers,
  type LayersWantedOf,
  type Network,
  olderDialectOf,
  olderDialects,
  type ParticipantId,
  type Reaction,
  type ReceivedSignal,
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

/** Those of a room who do not know what there is since revision 5. */
const withoutInteraction = (uid: RoomUid) =>
  olderDialects.filter(dialect => !hearsInteraction(dialect)).map(each => channelOf(uid, each));

/** Tells everyone in a room, over all replicas. Who does not read it misses it. */
export function sayReaction(io: ParleyServer, uid: RoomUid, reaction: Reaction): void {
  io.volatile.to(uid).except(withoutInteraction(uid)).emit('reaction', reaction);
}

/** Tells a participant what a moderator asks of them. The caller knows that their client understands it. */
export function sayAsked(io: ParleyServer, id: ParticipantId, ask: Ask): void {
  io.to(id).emit('asked', ask);
}

/** Tells a participant what another says to them. The caller knows that their client understands it. */
export function saySignal(io: ParleyServer, id: ParticipantId, signal: ReceivedSignal): void {
  io.to(id).emit('signal', signal);
}

/** Tells those in a room whose connections this replica has, and who know what it is. Who does not read it misses it. */
export function saySpeakers(io: ParleyServer, uid: RoomUid, speakers: Speaker[]): void {
  io.local.volatile.to(uid).except(without(hearsSpeakers, uid)).emit('speakers', { speakers });
}

/** Tells them whose network is bad, likewise. */
export function sayNetworks(io: ParleyServer, uid: RoomUid, networks: Network[]): void {
  io.local.volatile.to(uid).except(without(hearsNetworks, uid)).emit('networks', { networks });
}

/** Where those are who do not know of something. */
function without(know: (dialect: Dialect) => boolean, uid: RoomUid): string[] {
  return olderDialects.filter(dialect => !know(dialect)).map(each => channelOf(uid, each));
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
