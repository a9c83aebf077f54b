import {
  type Goodbye,
  type LobbyId,
  type MediaSource,
  type ParticipantId,
  type Placement,
  RefusalError,
  type Role,
} from '@parley/protocol';
import { requireAllowed } from '../access/room-settings.ts';
import { sayAsked } from '../connection/channels.ts';
import { dismissCaller } from '../connection/dismissal.ts';
import { lobbyOf, turnedAway, turnedAwayMs } from '../presence/lobby-keeper.ts';
import type { Asking } from '../state/moderated.ts';
import { ban, unban } from './bans.ts';
import { decided } from './decided.ts';
import { memberOf } from './member.ts';
import { nameOf, sentAway } from './sent-away.ts';
import type { Handler, Services } from './services.ts';

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
    case 'ban':
      if (request.participantId === by) {
        throw new RefusalError('bad_request', 'To go yourself, leave.', { path: 'participantId' });
      }
      await ban(services, placement, by, request.participantId);
      break;
    case 'unban':
      await unban(services, placement, by, request.banId);
      break;
    case 'stopShare':
      await stopShare(services, placement, by, request.participantId);
      break;
    case 'lowerHand':
      await lowerHand(services, placement, by, request.participantId);
      break;
    case 'askToUnmute':
      await askToUnmute(services, placement, by, request.participantId, request.sources);
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
async function removedBy(services: Services, placement: Placement, by: Asking): Promise<Goodbye> {
  const name = await nameOf(services, placement, by);
  if (name === undefined) return sentAway.removed;
  const message = `${name} removed you from the meeting. Ask a host if you think that was a mistake.`;
  return { reason: 'removed', message };
}

/** Ends the sharing of somebody's screen. What the SFU cannot be told now, it is told later. @throws RefusalError */
export async function stopShare(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
): Promise<void> {
  const { state, catchUp } = services;
  decided(await state.moderation.stopShare(placement, by, id));
  await catchUp.soon(placement);
}

/** Lowers somebody's hand. @throws RefusalError */
export async function lowerHand(
  { state }: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
): Promise<void> {
  decided(await state.interaction.lowerHand(placement, by, id));
}

/** Asks somebody to send these sources. @throws RefusalError `conflict` if they may not, or cannot hear it. */
export async function askToUnmute(
  { state, io }: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
  asked: MediaSource[],
): Promise<void> {
  const sources = [...new Set(asked)];
  if (placement.state === 'ready') for (const source of sources) requireAllowed(placement, source);
  const asker = decided(await state.interaction.askToUnmute(placement, by, id, sources));
  sayAsked(io, id, { ...(asker && { by: { id: asker.id, displayName: asker.displayName } }), sources });
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
