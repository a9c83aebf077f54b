/** The lobby, where people wait until somebody lets them in. SPEC.md's rules L1 and following say who and how. */
import { z } from 'zod';
import { LobbyId } from './ids.ts';
import { Identity } from './roles.ts';

/** So many people wait in one lobby at most. */
export const maxLobby = 200;

/**
 * Everyone who waits in a room's lobby, the longest first; always sent whole, and only to those who may moderate. `seq` grows with every
 * change: of two, the one with the greater number is the newer.
 */
export const Lobby = z.object({
  seq: z.int().min(0),
  waiting: z.array(
    z.object({
      id: LobbyId,
      displayName: z.string(),
      /** Who they are to the application that made their token, if it said so. */
      identity: Identity.optional(),
      since: z.iso.datetime(),
    }),
  ),
});
export type Lobby = z.infer<typeof Lobby>;

/** What is said to somebody who waits. */
export const Waiting = z.object({
  /** Whether somebody is there who can let them in. */
  hostPresent: z.boolean(),
});
export type Waiting = z.infer<typeof Waiting>;

/** A place in a lobby. */
export const LobbyPlace = z.object({
  ...Waiting.shape,
  /** Proves to later joins that this is who waited, or was let in. */
  ticket: z.string().max(128),
});
export type LobbyPlace = z.infer<typeof LobbyPlace>;
