/** What somebody does during a stay in a meeting: decided beforehand by chance alone, so that a seed says it all. */
import type { Random } from './random.ts';

/** Means of what people do; all times in ms. */
export interface Habits {
  readonly stayMs: number;
  /** Between two actions. */
  readonly betweenMs: number;
  /** Between a stay and the next. */
  readonly awayMs: number;
  /** Probabilities that an action is a message, or the loss of the connection; otherwise it is to mute or unmute. */
  readonly writes: number;
  readonly drops: number;
}

export interface Action {
  /** After the beginning of the stay. */
  readonly atMs: number;
  readonly what: 'toggle' | 'write' | 'drop';
}

export interface Stay {
  readonly stayMs: number;
  readonly actions: readonly Action[];
  readonly awayMs: number;
}

/** The next stay of somebody with this chance. */
export function planStay(random: Random, habits: Habits): Stay {
  const stayMs = random.pause(habits.stayMs);
  const actions: Action[] = [];
  for (let atMs = random.pause(habits.betweenMs); atMs < stayMs; atMs += random.pause(habits.betweenMs)) {
    const dice = random.next();
    const what = dice < habits.writes ? 'write' : dice < habits.writes + habits.drops ? 'drop' : 'toggle';
    actions.push({ atMs, what });
  }
  return { stayMs, actions, awayMs: random.pause(habits.awayMs) };
}
