/** Chance that is the same for the same seed. */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** From `least` to below `most`. */
  between(least: number, most: number): number;
  /** A pause of which `mean` is the mean, as between events that know nothing of each other; at most five times that. */
  pause(mean: number): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
}

/** The chance of the one with number `index` among all who have this seed. The generator is mulberry32. */
export function randomOf(seed: number, index: number): Random {
  let state = mix(mix(seed >>> 0) ^ mix(index + 0x9e3779b9));
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + (most - least) * next(),
    pause: mean => Math.min(5, -Math.log(1 - next())) * mean,
    happens: probability => next() < probability,
  };
}

/** Makes neighbouring numbers unlike each other (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
