import {
  type Goodbye,
  type LobbyId,
  type MediaSource,
  type ParticipantId,
  type Placement,
  RefusalError,
  type Role,
} from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import { dismissCaller } from '../connection/dismissal.ts';
import { lobbyOf, turnedAway, turnedAwayMs } from '../presence/lobby-keeper.ts';
import type { Asking, ModerationRefused } from '../state/room-moderation.ts';
import { memberOf, sessionGone } from './member.ts';
import type { Handler, Services } from './services.ts';

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
      await lock(services, placement, by, request.locked);
      break;
    case 'admit':
      await admit(services, placement, by, request.lobbyIds);
      break;
    case 'turnAway':
      await turnAway(services, placement, by, request.lobbyIds);
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

/** Mutes somebody. What the SFU cannot be told now, it is told later. @throws RefusalError */
export async function mute(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
  sources: MediaSource[],
): Promise<void> {
  const { state, catchUp } = services;
  decided(await state.moderation.mute(placement, by, id, [...new Set(sources)]));
  await catchUp.soon(placement);
}

/** Ends somebody's stay. Should this replica die on the way, or the SFU not be reached, the sweep does the rest. @throws RefusalError */
export async function remove(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
): Promise<void> {
  const { state, catchUp, dismiss } = services;
  const socket = decided(await state.moderation.expel(placement, by, id));
  if (socket) dismiss(socket, await removedBy(services, placement, by));
  await state.remove(placement, id, 'due');
  await catchUp.soon(placement);
}

/** Says by whom, where that is a person. */
async function removedBy({ state }: Services, { key }: Placement, by: Asking): Promise<Goodbye> {
  if (by === 'application') return sentAway.removed;
  const name = (await state.person(key, by).catch(() => undefined))?.displayName;
  if (name === undefined) return sentAway.removed;
  const message = `${name} removed you from the meeting. Ask a host if you think that was a mistake.`;
  return { reason: 'removed', message };
}

/** Gives somebody a role. What they may not publish any more is closed, now or as soon as the SFU can be reached. @throws RefusalError */
export async function setRole(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
  role: Role,
): Promise<void> {
  const { state, catchUp } = services;
  decided(await state.moderation.setRole(placement, by, id, role));
  await catchUp.soon(placement);
}

/** Ends everybody's stay but that of the socket `except`, which is for the caller to end. @throws RefusalError */
export async function endMeeting(
  services: Services,
  placement: Placement,
  by: Asking,
  except?: string,
): Promise<void> {
  const { state, catchUp, dismiss } = services;
  const all = decided(await state.moderation.endMeeting(placement, by));
  // First, so that nobody is told of all the others.
  dismiss(placement.uid, sentAway.room_ended, except);
  dismiss(lobbyOf(placement.uid), sentAway.room_ended);
  for (let i = 0; i < all.length; i += removedAtOnce) {
    await Promise.all(all.slice(i, i + removedAtOnce).map(id => state.remove(placement, id, 'due')));
  }
  // Not waited for: who asks is to hear the answer before their connection ends.
  void catchUp.run(placement);
}

/** Locks or unlocks the room. @throws RefusalError */
export async function lock(
  { state, dismiss }: Services,
  placement: Placement,
  by: Asking,
  locked: boolean,
): Promise<void> {
  decided(await state.moderation.lock(placement, by, locked));
  if (!locked) return;
  dismiss(lobbyOf(placement.uid), {
    reason: 'room_locked',
    message: 'A host locked the meeting. Nobody gets in until it is unlocked.',
  });
}

/** Lets people in who wait in the lobby. @throws RefusalError */
export async function admit(
  { state, lobby }: Services,
  placement: Placement,
  by: Asking,
  ids: LobbyId[],
): Promise<void> {
  lobby.admit(decided(await state.moderation.decideLobby(placement, by, 'in', ids)));
}

/** Turns people away who wait in the lobby. @throws RefusalError */
export async function turnAway(
  { state, dismiss }: Services,
  placement: Placement,
  by: Asking,
  ids: LobbyId[],
): Promise<void> {
  const sockets = decided(await state.moderation.decideLobby(placement, by, { outMs: turnedAwayMs }, ids));
  for (const socket of sockets) dismiss(socket, turnedAway);
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
