import type { ReactionName } from '@parley/protocol';

/** What each reaction looks like, in the order in which they are offered. */
export const faces: Record<ReactionName, string> = {
  thumbsUp: '👍',
  clap: '👏',
  heart: '❤️',
  laugh: '😂',
  celebrate: '🎉',
  surprise: '😮',
  sad: '😢',
  thumbsDown: '👎',
};

export const reactionNames = Object.keys(faces) as ReactionName[];
