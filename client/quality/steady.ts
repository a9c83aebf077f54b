import { bestOf, good, isWorse, type Seen, worstOf } from './levels.ts';

/** After so many samples in a row it is called worse, or better: a moment is no news, and who has just recovered may relapse. */
export const worseAfter = 2;
export const betterAfter = 3;

/** What is shown, and what was seen last, the newest last. */
export interface Steady {
  readonly shown: Seen;
  readonly seen: readonly Seen[];
}

export const steadyGood: Steady = { shown: good, seen: [] };

/** Takes one more sample. What is shown changes once several in a row agree that it should. */
export function steady({ shown, seen: before }: Steady, sample: Seen): Steady {
  const seen = [...before, sample].slice(-betterAfter);
  const worse = seen.slice(-worseAfter);
  let { level } = shown;
  if (worse.length === worseAfter && worse.every(one => isWorse(one.level, level))) {
    level = bestOf(sample.level, ...worse.map(one => one.level));
  } else if (seen.length === betterAfter && seen.every(one => isWorse(level, one.level))) {
    level = worstOf(...seen.map(one => one.level));
  }
  return { shown: same(shown, level === 'good' ? good : { level, ...reasonOf(shown, worse) }), seen };
}

/** Of several, that which was said of late twice; until then, the first. */
function reasonOf({ reason: before }: Seen, last: readonly Seen[]): Pick<Seen, 'reason'> {
  const [first, ...others] = last.map(({ reason }) => reason);
  const agreed = others.every(reason => reason === first) ? first : undefined;
  const reason = agreed ?? before ?? last.findLast(one => one.reason)?.reason;
  return reason === undefined ? {} : { reason };
}

function same(before: Seen, now: Seen): Seen {
  return before.level === now.level && before.reason === now.reason ? before : now;
}
