import type { Limits } from './limits.ts';

/**
 * What somebody is sent before their bandwidth is estimated here, in bit/s. What was estimated elsewhere counts, also where it is less than
 * the default: their network was narrow a moment ago.
 */
export function initialBitrate(
  elsewhere: number | undefined,
  limits: Pick<Limits, 'initialOutgoingBitrate' | 'leastInitialBitrate' | 'mostInitialBitrate'>,
): number {
  const { initialOutgoingBitrate, leastInitialBitrate: least, mostInitialBitrate: most } = limits;
  return elsewhere === undefined
    ? initialOutgoingBitrate
    : Math.round(Math.min(Math.max(elsewhere, least), most));
}
