/** Whole numbers below 2³¹, the same for the same seed: a generator of Park and Miller. */
export function seeded(seed: number): () => number {
  let state = (seed % 0x7fff_fffe) + 1;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state;
  };
}
