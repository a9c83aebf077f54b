import {
  type Dialect,
  eventFor,
  hearsBranches,
  hearsChat,
  hearsLosses,
  hearsMoves,
  isMove,
  type MediaGeneration,
  type Missed,
  type Placement,
  RefusalError,
  type RoomSnapshot,
  snapshotFor,
} from '@parley/protocol';
import { annotate } from '@parley/telemetry';
import { hashSecret, sameSecret } from '../access/secrets.ts';
import type { Caller, MediaLink } from '../connection/caller.ts';
import { enterChannels, leaveChannels } from '../connection/channels.ts';
import { roomClosed } from '../media/placements.ts';
import type { RoomRef } from '../state/room-changes.ts';
import { carrierOf, isWherePlaced, type MediaPlaces } from '../state/room-moves.ts';
import { admit, alreadyIn } from './join.ts';
import { lobbyFor } from './lobby.ts';
import { finish } from './media.ts';
import { mediaLost, memberOf } from './member.ts';
import { sentAway } from './sent-away.ts';
import type { Handler, Parsed, Services } from './services.ts';

/** Takes a participant over onto this connection, whichever replica had them. */
export const resume: Handler<'resume'> = async (services, caller, request) => {
  if (caller.session.status !== 'new') throw alreadyIn();
  caller.session = { status: 'entering' };
  try {
    return await takeOver(services, caller, request);
  } catch (error) {
    caller.session = { status: 'new' };
    throw error;
  }
};

async function takeOver(services: Services, caller: Caller, request: Parsed<'resume'>) {
  const { state, chat, media, departures, log } = services;
  const { socket, connection } = caller;
  const { participantId: id, since, chatSince } = request;
  const placement = await currentPlacement(services, request.room);
  const room = { key: request.room, uid: placement.uid };
  const [uid, person] = await Promise.all([state.uid(room.key), state.person(room.key, id)]);
  if (uid !== room.uid || !person) throw await gone(services, request);
  if (!sameSecret(hashSecret(request.sessionSecret), person.secretHash)) {
    throw new RefusalError('forbidden', 'This is not your session.');
  }

  await enterChannels(caller, room.uid);
  try {
    const [resumed, page] = await Promise.all([
      state.resume(room, id, connection, since),
      chat.page(room, { since: chatSince }),
    ]).catch(async error => {
      await departures.add({ room, id, connection, how: 'disconnect' });
      throw error;
    });
    if (!resumed) throw await gone(services, request);
    const { media: places, link, replaced } = resumed;
    if (replaced !== undefined && replaced !== connection.socket) {
      services.dismiss(replaced, {
        reason: 'replaced',
        message: 'You joined the meeting from elsewhere.',
      });
    }
    const [missed, lobby] = await Promise.all([
      missedFor(services, caller, room, resumed.missed),
      person.rights.moderate ? lobbyFor(services, caller, room, id) : {},
    ]).catch(async error => {
      await departures.add({ room, id, connection, how: 'disconnect' });
      throw error;
    });
    if (!socket.connected) {
      await departures.add({ room, id, connection, how: 'disconnect' });
      throw new RefusalError('unavailable', 'The connection was lost while resuming.');
    }
    const member = admit(services, caller, placement, id, linksOf(placement, places, link));
    // Who looked after the room may be gone, and nobody have begun its move.
    if (placement.state === 'ready' && !isWherePlaced(places, placement)) {
      services.keeper.doubtMedia(member.room);
    }
    annotate({ 'parley.room': room.key, 'parley.participant': id });
    log.info({ room: room.key, uid, participant: id }, 'participant came back');
    const iceServers = placement.state === 'ready' ? media.iceServers(placement, id) : [];
    return {
      ...missed.said,
      iceServers,
      ...(hearsChat(caller.dialect) && page && { chat: page }),
      ...lobby,
    };
  } catch (error) {
    leaveChannels(caller, room.uid);
    throw error;
  }
}

/** A room that is merely waiting for media may be returned to. */
async function currentPlacement({ placements }: Services, key: Placement['key']): Promise<Placement> {
  const placement = await placements.read(key);
  if (!placement) {
    throw new RefusalError('room_not_ready', 'The meeting cannot be found right now. Try again in a moment.');
  }
  if (placement.state === 'ended') throw new RefusalError('room_ended', 'The meeting has ended.');
  if (placement.state === 'closed') throw roomClosed(placement);
  return placement;
}

/** Why a participant cannot be taken over. */
async function gone({ state }: Services, { room, participantId }: Parsed<'resume'>): Promise<RefusalError> {
  const why = await state.moderation.sentAway(room, participantId);
  if (why) return new RefusalError(why, sentAway[why].message);
  return new RefusalError('session_lost', 'You were away for too long. Join the meeting again.');
}

export const snapshot: Handler<'snapshot'> = async (services, caller) => {
  const { state } = services;
  await tellLoss(services, caller);
  const found = await state.snapshot(memberOf(caller).room);
  if (!found) throw startedAnew();
  await skipMove(services, caller, found);
  return snapshotFor(caller.dialect, found);
};

export const sync: Handler<'sync'> = async (services, caller, { since }) => {
  const { room, id } = memberOf(caller);
  await tellLoss(services, caller);
  const [missed, lobby] = await Promise.all([
    services.state.missed(room, since),
    lobbyFor(services, caller, room, id),
  ]);
  if (!missed) throw startedAnew();
  const answer = await missedFor(services, caller, room, missed);
  if ('snapshot' in answer.known) await skipMove(services, caller, answer.known.snapshot);
  return { ...answer.said, ...lobby };
};

/**
 * Who does not know that several SFUs may carry a room is told nothing of a move of such a room, and has finished with one of media that they
 * were never given.
 */
async function skipMove(
  services: Services,
  caller: Caller,
  { generation, former }: RoomSnapshot,
): Promise<void> {
  const member = memberOf(caller);
  if (former === undefined || hearsBranches(caller.dialect)) return;
  if (member.links[0]?.generation !== generation || member.links.some(link => link.generation === former))
    return;
  await finish(services, member, generation);
}

/**
 * Who does not know `mediaLost` takes it for a gap, and asks what they missed.
 *
 * @throws RefusalError `media_lost` if the loss is their own, as they know what to do then.
 */
async function tellLoss({ state }: Services, caller: Caller): Promise<void> {
  if (hearsLosses(caller.dialect)) return;
  const { room, id, links } = memberOf(caller);
  const loss = (await state.person(room.key, id))?.loss;
  if (loss !== undefined && loss !== links[0]?.loss) throw mediaLost();
}

/** What the caller missed, as it is known and in words that they know. */
async function missedFor(
  { state, metrics }: Services,
  { dialect }: Caller,
  room: RoomRef,
  missed: Missed,
): Promise<{ known: Missed; said: Missed }> {
  const words = inWords(dialect, missed);
  const known = words ? missed : await state.missed(room, undefined);
  const said = words ?? (known && inWords(dialect, known));
  if (!known || !said) throw startedAnew();
  metrics.missed.inc({ answer: 'events' in said ? 'events' : 'snapshot' });
  return { known, said };
}

/** Undefined for events that the client has no words for. */
function inWords(dialect: Dialect, missed: Missed): Missed | undefined {
  if ('snapshot' in missed) return { snapshot: snapshotFor(dialect, missed.snapshot) };
  if (!hearsMoves(dialect) && missed.events.some(isMove)) return undefined;
  const events = missed.events.flatMap(event => eventFor(dialect, event) ?? []);
  return events.length === missed.events.length ? { events } : undefined;
}

/** All media that somebody may have who comes back; what they were given since is the first. `link`: that, if it is not the main one. */
function linksOf(placement: Placement, places: MediaPlaces, link: MediaGeneration | undefined): MediaLink[] {
  const { generation, sfu, former } = places;
  const main = sfu ?? (placement.state === 'ready' ? placement.sfu : undefined);
  const given = link === undefined ? main && { generation, sfu: main } : carrierOf(places, link);
  return [...(given ? [given] : []), ...(former && former !== given ? [former] : [])];
}

function startedAnew(): RefusalError {
  return new RefusalError('session_lost', 'The meeting was started anew. Join it again.');
}

export const leave: Handler<'leave'> = async ({ state, media, rooms, lobby, log }, caller) => {
  if (caller.session.status === 'waiting') {
    caller.session = { status: 'over' };
    await lobby.leave(caller);
  }
  if (caller.session.status !== 'in') return {};
  const { member } = caller.session;
  const { room, id, connection } = member;
  await state.remove(room, id, connection);
  caller.session = { status: 'over' };
  rooms.remove(member);
  leaveChannels(caller, room.uid);
  log.info({ room: room.key, uid: room.uid, participant: id }, 'participant left');
  // Who goes closes all by themselves; where they do not, this is tried on.
  await media.endParticipant(room.placement, id).catch(() => state.outstanding.add(room, id));
  return {};
};
