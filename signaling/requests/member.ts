import {
  type ControlBody,
  type ControlCall,
  type ControlParams,
  type ControlResponse,
  type MediaGeneration,
  type ReadyPlacement,
  RefusalError,
  type Rights,
} from '@parley/protocol';
import type { Caller, MediaLink, Member } from '../connection/caller.ts';
import { hasMedia } from '../state/room-moves.ts';
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

/** @throws RefusalError `media_lost` if the member has no media of this generation; absent: the last that they were given. */
export function linkOf({ links }: Member, generation?: MediaGeneration): MediaLink {
  const link =
    generation === undefined ? links[0] : links.find(candidate => candidate.generation === generation);
  if (link) return link;
  throw mediaLost();
}

/**
 * Calls the SFU for something of the caller's own, of the media of this generation or the last that they were given. Where the answer
 * lets one doubt that it is still there, that is looked after, and the caller hears `media_lost` if it is gone.
 */
export async function control<C extends ControlCall>(
  services: Services,
  member: Member,
  name: C,
  params: Omit<ControlParams<C>, 'room' | 'participant'>,
  body: ControlBody<C>,
  generation?: MediaGeneration,
): Promise<ControlResponse<C>> {
  const link = linkOf(member, generation);
  // The rest of every path that a member's calls have.
  const all = { room: member.room.uid, participant: member.id, ...params } as unknown as ControlParams<C>;
  try {
    return await services.sfu.call(link.sfu, name, all, body);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const { code } = error;
    const doubtful = code === 'media_lost' || code === 'unavailable' || code === 'not_found';
    if (doubtful && (await isGone(services, member, link, code))) throw mediaLost(error);
    throw error;
  }
}

/** Whether the room has this media no more, after a call of its SFU was answered so. */
async function isGone(
  { keeper, media, state }: Services,
  { room, links }: Member,
  link: MediaLink,
  code: 'media_lost' | 'unavailable' | 'not_found',
): Promise<boolean> {
  if (link === links[0]) {
    const { placement } = room;
    if (code !== 'not_found') keeper.doubtMedia(room);
    else if (placement.state === 'ready') {
      await media.openRoom(placement, { generation: link.generation });
    }
  }
  const places = await state.moves.places(room);
  if (places && hasMedia(places, link.generation)) return false;
  if (places?.former?.generation !== link.generation) return true;
  return code !== 'not_found' || !(await media.moves.flows(room.uid, link));
}
