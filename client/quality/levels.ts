/** How good a call is for somebody, from the best to the worst. */
export const levels = ['good', 'fair', 'poor'] as const;
export type Level = (typeof levels)[number];

/** Whose fault a bad level is: the network of who is seen and heard, one's own, or what lies between the two. */
export type Reason = 'theirs' | 'yours' | 'server';

/** A level, and where it is bad and that is known, why. */
export interface Seen {
  readonly level: Level;
  readonly reason?: Reason | undefined;
}

export const good: Seen = { level: 'good' };

const rank = (level: Level) => levels.indexOf(level);

export function isWorse(one: Level, than: Level): boolean {
  return rank(one) > rank(than);
}

export function worstOf(...all: readonly Level[]): Level {
  return all.reduce<Level>((worst, one) => (isWorse(one, worst) ? one : worst), 'good');
}

export function bestOf(first: Level, ...others: readonly Level[]): Level {
  return others.reduce<Level>((best, one) => (isWorse(best, one) ? one : best), first);
}
