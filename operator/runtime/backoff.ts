export interface BackoffLimits {
  /** The first pause, in milliseconds. */
  firstMs: number;
  /** The longest pause, in milliseconds. */
  longestMs: number;
}

/**
 * How long to wait before the next try after `failures` in a row, in milliseconds: doubles each time up to the limit,
 * with a random half so that many callers do not come back together.
 */
export function backoffMs(
  failures: number,
  limits: BackoffLimits,
  random: () => number = Math.random,
): number {
  const whole = Math.min(limits.longestMs, limits.firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}
