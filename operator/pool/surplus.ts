import type { Member } from './member.ts';
import type { ScalePlan } from './scale.ts';

export interface SurplusFacts extends Pick<ScalePlan, 'surplus' | 'emptying'> {
  /** As many times as pods were too many when this was last asked: since when there were so many, in ms. */
  since: readonly number[];
  /** How long so many have to be too many before one more goes, in ms. */
  delayMs: number;
  now: number;
}

export interface Ripe {
  /** Those that go now. */
  go: Member[];
  /** Those that go once nobody is on them. */
  emptying: Member[];
  /** For the next time, once those have gone. */
  since: number[];
  /** After how many milliseconds one more is ripe, if nothing changes; undefined if none is waited for. */
  waitMs: number | undefined;
}

/**
 * How many of the pods that are too many have been so for long enough. The time runs for how many they are, not for which:
 * that changes as people come and go. One more has to wait its own time, however long others are waiting for their people.
 */
export function ripeSurplus({ surplus, emptying, since: before, delayMs, now }: SurplusFacts): Ripe {
  const since = [...surplus, ...emptying].map((_, index) => before[index] ?? now);
  const ripe = since.filter(at => at + delayMs <= now).length;
  const next = since[ripe];
  const go = surplus.slice(0, ripe);
  return {
    go,
    emptying: emptying.slice(0, ripe - go.length),
    since: since.slice(go.length),
    waitMs: next === undefined ? undefined : next + delayMs - now,
  };
}
