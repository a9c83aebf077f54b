import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  type ReadyPlacement,
  RefusalError,
  type Rights,
} from '@parley/protocol';
import type { Caller, Member } from '../connection/caller.ts';
import { sfuOf } from '../media/room-media.ts';
import type { Services } from './services.ts';

/** @throws RefusalError `not_joined` unless the caller is in a room. */
export function memberOf(caller: Caller): Member {
  if (caller.session.status === 'in') return caller.session.member;
  throw new RefusalError('not_joined', 'You are not in a meeting. Join it first.');
}

/**
 * What the member may do, as it stands at this moment.
 *
 * @throws RefusalError `session_lost` if they are no longer in the room.
 */
export async function rightsOfMember({ state }: Services, { room, id }: Member): Promise<Rights> {
  const person = await state.person(room.key, id);
  if (person) return person.rights;
  throw sessionGone();
}

export function sessionGone(): RefusalError {
  return new RefusalError('session_lost', 'You are no longer in the meeting. Join it again.');
}

/** @throws RefusalError `media_lost` while nothing carries the room. */
export function carrierOf(member: Member): ReadyPlacement {
  const { placement } = member.room;
  if (placement.state === 'ready') return placement;
  throw mediaLost();
}

export function mediaLost(cause?: unknown): RefusalError {
  return new RefusalError('media_lost', 'Sound and picture were interrupted and are being restored.', {
    cause,
  });
}

/**
 * Calls the SFU for something of the caller's own. Where the answer lets one doubt that the room's media is still there, that is
 * looked after, and the caller hears `media_lost` if it is gone.
 */
export async function control<C extends ControlCall>(
  services: Services,
  member: Member,
  name: C,
  params: Omit<ControlParams<C>, 'room' | 'participant'>,
  body: ControlBody<C>,
): Promise<ControlResponse<C>> {
  const placement = carrierOf(member);
  const target = sfuOf(placement, member.caller.trace.traceparent);
  // The rest of every path that a member's calls have.
  const all = { room: placement.uid, participant: member.id, ...params } as unknown as ControlParams<C>;
  try {
    return await services.sfu.call(target, name, all, body);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    if (error.code === 'media_lost' || error.code === 'unavailable') services.keeper.doubtMedia(member.room);
    if (error.code !== 'not_found') throw error;
    const { generation } = await services.media.openRoom(placement);
    throw generation === member.generation ? error : mediaLost(error);
  }
}
