import { type Placement, type RoomKey, type RoomName, roomKey } from '@parley/protocol';
import { ban, listBans, unban } from '../requests/bans.ts';
import { askToUnmute, lowerHand, mute, remove, setRole, stopShare } from '../requests/moderate.ts';
import type { Services } from '../requests/services.ts';
import type { RestHandlers } from './api.ts';
import type { participantsApi } from './participants-api.ts';

export interface RoomPath {
  namespace: RoomName;
  name: RoomName;
}

export const keyOf = ({ namespace, name }: RoomPath): RoomKey => roomKey(namespace, name);

/** Answers the calls about people in a room. */
export function participantHandlers(
  services: Services,
  findPlacement: (room: RoomPath) => Promise<Placement>,
): Pick<RestHandlers, keyof typeof participantsApi> {
  const { state, log } = services;
  return {
    async listParticipants({ params }) {
      const snapshot = await state.snapshot(await findPlacement(params));
      return { participants: snapshot?.participants ?? [] };
    },

    async removeParticipant({ params: { participant, ...room }, apiKey }) {
      await remove(services, await findPlacement(room), 'application', participant);
      log.info({ room: keyOf(room), participant, apiKey }, 'participant removed');
      return undefined;
    },

    async muteParticipant({ params: { participant, ...room }, body: { sources }, apiKey }) {
      await mute(services, await findPlacement(room), 'application', participant, sources);
      log.info({ room: keyOf(room), participant, sources, apiKey }, 'participant muted');
      return undefined;
    },

    async stopParticipantShare({ params: { participant, ...room }, apiKey }) {
      await stopShare(services, await findPlacement(room), 'application', participant);
      log.info({ room: keyOf(room), participant, apiKey }, 'share ended');
      return undefined;
    },

    async lowerParticipantHand({ params: { participant, ...room }, apiKey }) {
      await lowerHand(services, await findPlacement(room), 'application', participant);
      log.info({ room: keyOf(room), participant, apiKey }, 'hand lowered');
      return undefined;
    },

    async askParticipantToUnmute({ params: { participant, ...room }, body: { sources }, apiKey }) {
      await askToUnmute(services, await findPlacement(room), 'application', participant, sources);
      log.info({ room: keyOf(room), participant, sources, apiKey }, 'participant asked to unmute');
      return undefined;
    },

    async banParticipant({ params: { participant, ...room }, apiKey }) {
      await ban(services, await findPlacement(room), 'application', participant);
      log.info({ room: keyOf(room), participant, apiKey }, 'participant banned');
      return undefined;
    },

    async listBans({ params }) {
      const placement = await findPlacement(params);
      // A room that nobody has been in knows of none.
      if (!(await state.peek(placement))) return { bans: [] };
      return { bans: await listBans(services, placement, 'application') };
    },

    async liftBan({ params: { ban: id, ...room }, apiKey }) {
      const placement = await findPlacement(room);
      if (await state.peek(placement)) await unban(services, placement, 'application', id);
      log.info({ room: keyOf(room), ban: id, apiKey }, 'ban lifted');
      return undefined;
    },

    async setParticipantRole({ params: { participant, ...room }, body: { role }, apiKey }) {
      await setRole(services, await findPlacement(room), 'application', participant, role);
      log.info({ room: keyOf(room), participant, role, apiKey }, 'role given');
      return undefined;
    },
  };
}
