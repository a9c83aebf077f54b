import { hearsChat, type Missed, type Placement, RefusalError } from '@parley/protocol';
import { hashSecret, sameSecret } from '../access/secrets.ts';
import type { Caller } from '../connection/caller.ts';
import { roomClosed } from '../media/placements.ts';
import { admit, alreadyIn } from './join.ts';
import { memberOf } from './member.ts';
import { sentAway } from './moderate.ts';
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

  await socket.join(room.uid);
  try {
    const [resumed, page] = await Promise.all([
      state.resume(room, id, connection, since),
      chat.page(room, { since: chatSince }),
    ]).catch(async error => {
      await departures.add({ room, id, connection, how: 'disconnect' });
      throw error;
    });
    if (!resumed) throw await gone(services, request);
    const { missed, generation, replaced } = resumed;
    if (replaced !== undefined && replaced !== connection.socket) {
      services.dismiss(replaced, {
        reason: 'replaced',
        message: 'You joined the meeting from elsewhere.',
      });
    }
    if (!socket.connected) {
      await departures.add({ room, id, connection, how: 'disconnect' });
      throw new RefusalError('unavailable', 'The connection was lost while resuming.');
    }
    admit(services, caller, placement, id, generation);
    log.info(
      { room: room.key, uid, participant: id, traceId: caller.trace.traceId },
      'participant came back',
    );
    count(services, missed);
    const iceServers = placement.state === 'ready' ? media.iceServers(placement, id) : [];
    return { ...missed, iceServers, ...(hearsChat(caller.dialect) && page && { chat: page }) };
  } catch (error) {
    socket.leave(room.uid);
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

export const snapshot: Handler<'snapshot'> = async ({ state }, caller) => {
  const found = await state.snapshot(memberOf(caller).room);
  if (!found) throw startedAnew();
  return found;
};

export const sync: Handler<'sync'> = async (services, caller, { since }) => {
  const missed = await services.state.missed(memberOf(caller).room, since);
  if (!missed) throw startedAnew();
  count(services, missed);
  return missed;
};

function count({ metrics }: Services, missed: Missed): void {
  metrics.missed.inc({ answer: 'events' in missed ? 'events' : 'snapshot' });
}

function startedAnew(): RefusalError {
  return new RefusalError('session_lost', 'The meeting was started anew. Join it again.');
}

export const leave: Handler<'leave'> = async ({ state, media, rooms, log }, caller) => {
  if (caller.session.status !== 'in') return {};
  const { member } = caller.session;
  const { room, id, connection } = member;
  await state.remove(room, id, connection);
  caller.session = { status: 'over' };
  rooms.remove(member);
  caller.socket.leave(room.uid);
  log.info({ room: room.key, uid: room.uid, participant: id }, 'participant left');
  if (room.placement.state === 'ready') {
    await media.closeParticipant(room.placement, id, caller.trace.traceparent);
  }
  return {};
};
