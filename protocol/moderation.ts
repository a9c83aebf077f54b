/** What moderators do to others and to the room. SPEC.md's rules O1 and following say who may do what. */
import { z } from 'zod';
import { LobbyId, ParticipantId } from './ids.ts';
import { maxLobby } from './lobby.ts';
import { MediaSource } from './media.ts';
import { Role } from './roles.ts';

export const MutedSources = z.array(MediaSource).min(1).max(MediaSource.options.length);

/** Those of a lobby who are decided about; those among them who do not wait any more are no mistake. */
export const LobbyIds = z.array(LobbyId).min(1).max(maxLobby);

/** What a moderator does. */
export const Moderation = z.discriminatedUnion('action', [
  /** Pauses what the participant publishes of these sources; they may unmute themselves. */
  z.object({ action: z.literal('mute'), participantId: ParticipantId, sources: MutedSources }),
  /** Ends another's stay. */
  z.object({ action: z.literal('remove'), participantId: ParticipantId }),
  /** Gives another a role, and its rights. */
  z.object({ action: z.literal('setRole'), participantId: ParticipantId, role: Role }),
  /** While the room is locked, only those enter who may moderate. Who is in may come back. */
  z.object({ action: z.literal('lock'), locked: z.boolean() }),
  /** Lets people in who wait in the lobby. */
  z.object({ action: z.literal('admit'), lobbyIds: LobbyIds }),
  /** Sends people away who wait in the lobby. */
  z.object({ action: z.literal('turnAway'), lobbyIds: LobbyIds }),
  /** Ends everybody's stay. The Room is still there. */
  z.object({ action: z.literal('endMeeting') }),
]);
export type Moderation = z.infer<typeof Moderation>;

/** The request of moderators; `requests` has it with all others. */
export const moderationRequests = {
  moderate: { request: Moderation, response: z.object({}) },
} as const;
