import type { NetworkLevel, QualityReport } from '@parley/protocol';
import { roundTripOf } from './assessment.ts';

/** From where on a network is bad: share of what is sent that is lost, seconds, bit/s. */
const limits = {
  fair: { loss: 0.04, roundTrip: 0.35, bandwidth: 200_000 },
  poor: { loss: 0.12, roundTrip: 0.7, bandwidth: 100_000 },
} as const satisfies Record<NetworkLevel, object>;

/** What was bad has to be so much better to be good again: without that, a network at a limit would be called one and the other by turns. */
const relief = 0.7;

/** Fewer packets than this say nothing of the share that is lost. */
const leastPackets = 20;

/**
 * How bad somebody's own network is, by what they report of the way to the server: what of theirs is lost, how long it takes, and how much can be
 * sent. What they receive says nothing here, as it may have been lost on the way of its senders.
 *
 * @param before what was said of it last.
 * @returns undefined while it is good.
 */
export function ownNetwork(
  report: Pick<QualityReport, 'paths' | 'sent'>,
  before?: NetworkLevel | undefined,
): NetworkLevel | undefined {
  if (exceeds(report, 'poor', before === 'poor')) return 'poor';
  return exceeds(report, 'fair', before !== undefined) ? 'fair' : undefined;
}

function exceeds(
  report: Pick<QualityReport, 'paths' | 'sent'>,
  level: NetworkLevel,
  already: boolean,
): boolean {
  const { loss, roundTrip, bandwidth } = limits[level];
  const factor = already ? relief : 1;
  // How far away another participant is says nothing of one's own network.
  const toServer = { paths: report.paths.filter(({ via }) => via === undefined) };
  if (uplinkLoss(report) > loss * factor || roundTripOf(toServer) > roundTrip * factor) return true;
  return report.paths.some(
    ({ availableOutgoingBitrate: bits }) => bits !== undefined && bits < bandwidth / factor,
  );
}

/** Share of what is sent that the server misses, from 0 to 1; 0 where it does not say, or too little is sent. */
export function uplinkLoss({ sent }: Pick<QualityReport, 'sent'>): number {
  const told = sent.filter(one => one.packetsLost !== undefined);
  const lost = told.reduce((sum, one) => sum + Math.max(0, one.packetsLost ?? 0), 0);
  const all = told.reduce((sum, one) => sum + one.packetsSent, 0);
  return all < leastPackets ? 0 : Math.min(1, lost / all);
}
