import type { MediaSummary } from './summary.ts';

/** What a load has to keep to; absent: nothing is asked for. */
export interface Thresholds {
  /** Most of all packets that may be lost: a share. */
  maxLoss?: number | undefined;
  /** What 95 % of the joins have to be done in, in ms. */
  maxJoinMs?: number | undefined;
  /** What the longest gap of 99 % of the streams of sound has to be below, in ms. */
  maxGapMs?: number | undefined;
}

export interface Verdict {
  name: string;
  value: number;
  limit: number;
  met: boolean;
}

/** Judges a load. Nobody may have failed to join, and no stream stay silent, whatever is asked for. */
export function judge({ people, joinMs, lossRatio, kinds }: MediaSummary, limits: Thresholds): Verdict[] {
  const silent = [kinds.audio, kinds.video].reduce(
    (sum, { streams }) => sum + streams.silent + streams.missing,
    0,
  );
  const verdicts: [name: string, value: number | undefined, limit: number | undefined][] = [
    ['people who failed', people.failed, 0],
    ['streams that stayed silent', silent, 0],
    ['share of packets lost', lossRatio, limits.maxLoss],
    ['join, p95, ms', joinMs?.p95, limits.maxJoinMs],
    ['longest gap in sound, p99, ms', kinds.audio.longestGapMs?.p99, limits.maxGapMs],
  ];
  return verdicts.flatMap(([name, value, limit]) => {
    if (limit === undefined) return [];
    // What could not be measured is not met.
    return [{ name, value: value ?? Number.NaN, limit, met: value !== undefined && value <= limit }];
  });
}
