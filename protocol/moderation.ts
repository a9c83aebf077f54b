/** What moderators do to others and to the room. SPEC.md's rules O1 and following say who may do what. */
import { z } from 'zod';
import { BanId, LobbyId, ParticipantId } from './ids.ts';
import { maxLobby } from './lobby.ts';
import { MediaSource } from './media.ts';
import { Identity, Role } from './roles.ts';

export const MutedSources = z.array(MediaSource).min(1).max(MediaSource.options.length);

/** Those of a lobby who are decided about; those among them who do not wait any more are no mistake. */
export const LobbyIds = z.array(LobbyId).min(1).max(maxLobby);

/** So many people are shut out of a meeting at most. */
export const maxBans = 200;

/** A moderator, as those see them whom they decided about. */
export const Decider = z.object({ id: ParticipantId, displayName: z.string() });
export type Decider = z.infer<typeof Decider>;

/** Somebody who was shut out of a meeting, and is as long as it lasts. */
export const Ban = z.object({
  id: BanId,
  displayName: z.string(),
  identity: Identity.optional(),
  /** When it was, in ms by Redis's clock. */
  at: z.int().min(0),
  /** Who did it; absent where it was the application. */
  by: Decider.optional(),
});
export type Ban = z.infer<typeof Ban>;

/** What a moderator does. */
export const Moderation = z.discriminatedUnion('action', [
  /** Pauses what the participant publishes of these sources; they may unmute themselves. */
  z.object({ action: z.literal('mute'), participantId: ParticipantId, sources: MutedSources }),
  /** Ends another's stay. */
  z.object({ action: z.literal('remove'), participantId: ParticipantId }),
  /** Ends another's stay, and shuts them out until the meeting is over. */
  z.object({ action: z.literal('ban'), participantId: ParticipantId }),
  /** Lets somebody join again who was shut out. A ban that is lifted already is no mistake. */
  z.object({ action: z.literal('unban'), banId: BanId }),
  /** Ends the sharing of a screen and its sound; they may share again. */
  z.object({ action: z.literal('stopShare'), participantId: ParticipantId }),
  /** Lowers somebody's raised hand. */
  z.object({ action: z.literal('lowerHand'), participantId: ParticipantId }),
  /** Asks somebody to send these sources, which is theirs to do. */
  z.object({ action: z.literal('askToUnmute'), participantId: ParticipantId, sources: MutedSources }),
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

/** The requests of moderators; `requests` has them with all others. */
export const moderationRequests = {
  moderate: { request: Moderation, response: z.object({}) },
  /** Who is shut out, the latest first. */
  bans: { request: z.object({}), response: z.object({ bans: z.array(Ban).max(maxBans) }) },
} as const;
