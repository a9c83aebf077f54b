import {
  type Goodbye,
  type MediaSource,
  type ParticipantId,
  type Placement,
  RefusalError,
  type Role,
} from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import { dismissCaller } from '../connection/dismissal.ts';
import type { Asking, ModerationRefused } from '../state/room-moderation.ts';
import { memberOf, sessionGone } from './member.ts';
import type { Handler, Services } from './services.ts';
import { settlePause } from './settle-pause.ts';

/** What those hear whom a moderator sends away, also when they try to come back. */
export const sentAway = {
  removed: {
    reason: 'removed',
    message: 'You were removed from the meeting. Ask a host if you think that was a mistake.',
  },
  room_ended: { reason: 'room_ended', message: 'The meeting has ended. A host ended it for everyone.' },
} as const satisfies Record<string, Goodbye>;

/** So many are removed from a room at the same time, when all are. */
const removedAtOnce = 20;

export const moderate: Handler<'moderate'> = async (services, caller, request) => {
  const member = memberOf(caller);
  const { placement } = member.room;
  const { id: by } = member;
  switch (request.action) {
    case 'mute':
      await mute(services, placement, by, request.participantId, request.sources);
      break;
    case 'remove':
      if (request.participantId === by) {
        throw new RefusalError('bad_request', 'To go yourself, leave.', { path: 'participantId' });
      }
      await remove(services, placement, by, request.participantId);
      break;
    case 'setRole':
      await setRole(services, placement, by, request.participantId, request.role);
      break;
    case 'lock':
      decided(await services.state.moderation.lock(placement, by, request.locked));
      break;
    case 'endMeeting':
      await endMeeting(services, placement, by, caller.connection.socket);
      // Once they are answered.
      setImmediate(() => dismissCaller(services.rooms, caller, sentAway.room_ended));
      break;
  }
  const { action, ...rest } = request;
  services.log.info({ room: placement.key, uid: placement.uid, by, action, ...rest }, 'a moderator decided');
  return {};
};

/** Mutes somebody. @throws RefusalError */
export async function mute(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
  sources: MediaSource[],
): Promise<void> {
  const { state, media } = services;
  const producers = decided(await state.moderation.mute(placement, by, id, [...new Set(sources)]));
  await Promise.all(
    producers.map(producer =>
      settlePause(state.producers, placement.key, producer, true, paused =>
        media.pauseProducer(placement, id, producer, paused),
      ),
    ),
  );
}

/** Ends somebody's stay. Should this replica die on the way, the sweep does the rest. @throws RefusalError */
export async function remove(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
): Promise<void> {
  const socket = decided(await services.state.moderation.expel(placement, by, id));
  if (socket) services.dismiss(socket, sentAway.removed);
  await takeOut(services, placement, id);
}

async function setRole(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
  role: Role,
): Promise<void> {
  const { state, media } = services;
  const excess = decided(await state.moderation.setRole(placement, by, id, role));
  for (const producer of excess) {
    // In this order, so that the state does not hide what still flows, and the request may be repeated.
    await media.closeProducer(placement, id, producer);
    await state.producers.remove(placement, id, producer);
  }
}

async function endMeeting(services: Services, placement: Placement, by: Asking, except: string) {
  const all = decided(await services.state.moderation.endMeeting(placement, by));
  // First, so that nobody is told of all the others.
  services.dismiss(placement.uid, sentAway.room_ended, except);
  for (let i = 0; i < all.length; i += removedAtOnce) {
    await Promise.all(all.slice(i, i + removedAtOnce).map(id => takeOut(services, placement, id)));
  }
}

/** Removes somebody whose grace is over, and closes their media. */
async function takeOut({ state, media }: Services, placement: Placement, id: ParticipantId): Promise<void> {
  const close = async () => {
    if (placement.state === 'ready') await media.closeParticipant(placement, id);
  };
  await close();
  await state.remove(placement, id, 'due');
  // What a request of theirs opened meanwhile.
  await close();
}

function decided<T>(outcome: { status: 'ok'; value: T } | { status: ModerationRefused }): T {
  switch (outcome.status) {
    case 'ok':
      return outcome.value;
    case 'lost':
      throw sessionGone();
    case 'forbidden':
      throw lacksRight('moderate');
    case 'not_found':
      throw new RefusalError('not_found', 'There is nobody of this id in the meeting.');
    case 'owner':
      throw new RefusalError('forbidden', 'Only an owner of the meeting decides about owners.');
    case 'self':
      throw new RefusalError('forbidden', 'Your own role is for others to change.');
  }
}
