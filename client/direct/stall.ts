import { entriesOf, isProbe } from '../stats/report.ts';

/** Nothing comes for so long, in ms, of what always does: the way is lost. Browsers say so after five seconds or more. */
export const stallMs = 2_000;

/** After such a pause between two looks the page itself stood still, in ms. */
const asleepMs = 1_500;

/** Notices that nothing comes over a way any more. */
export class Stall {
  #packets = 0;
  #since = 0;
  #looked = 0;

  /** Whether that is so now. `expected`: something should come all the time. `now` in ms. */
  isOver(report: RTCStatsReport, expected: boolean, now: number): boolean {
    const packets = packetsOf(report);
    const wasAwake = now - this.#looked < asleepMs;
    this.#looked = now;
    if (packets !== this.#packets || !expected || !wasAwake) this.#since = now;
    this.#packets = packets;
    return now - this.#since >= stallMs;
  }
}

function packetsOf(report: RTCStatsReport): number {
  return entriesOf(report).reduce((sum, entry) => {
    return entry.type === 'inbound-rtp' && !isProbe(entry) ? sum + (entry.packetsReceived ?? 0) : sum;
  }, 0);
}
