/** What people do besides talking and writing: raised hands, reactions, and what moderators ask of them. SPEC.md, I1 and following. */
import { z } from 'zod';
import { ParticipantId } from './ids.ts';
import { Decider, MutedSources } from './moderation.ts';

/** What a person can answer without a word. A page has a picture for each. */
export const ReactionName = z.enum([
  'thumbsUp',
  'thumbsDown',
  'clap',
  'heart',
  'laugh',
  'surprise',
  'celebrate',
  'sad',
]);
export type ReactionName = z.infer<typeof ReactionName>;

/** How often one participant may react, or raise or lower their hand, across connections. */
export const reactionRate = { perSecond: 2, burst: 6 } as const;

/** Somebody reacted. It is kept nowhere, may be lost, and is for those who are there at that moment. */
export const Reaction = z.object({ from: ParticipantId, reaction: ReactionName });
export type Reaction = z.infer<typeof Reaction>;

/** A moderator, or the application that keeps the room, asks somebody to speak or show themselves. Only they can do it. */
export const Ask = z.object({
  /** Who asks; absent where it is the application. */
  by: Decider.optional(),
  sources: MutedSources,
});
export type Ask = z.infer<typeof Ask>;

/** The requests about these; `requests` has them with all others. */
export const interactionRequests = {
  /** Raises or lowers one's own hand. Hands are in the order in which they were raised. */
  raiseHand: { request: z.object({ raised: z.boolean() }), response: z.object({}) },
  react: { request: z.object({ reaction: ReactionName }), response: z.object({}) },
} as const;
