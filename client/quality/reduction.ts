import type { NetworkLevel, ParticipantId } from '@parley/protocol';
import { frozenOf, lossOf, roundTripOf, soundScore, uplinkLoss } from '@parley/quality';
import type { Between } from '../stats/quality-report.ts';
import { climb, type Ladder, topOfLadder, type Verdict } from './ladder.ts';

/** What is received of others, by steps: as the page wants it, at half the size, few and small, sound alone. */
export const receiveSteps = ['full', 'smaller', 'fewer', 'sound'] as const;
/** What is sent of one's own camera, by steps. */
export const sendSteps = ['full', 'less', 'least'] as const;
export type ReceiveStep = (typeof receiveSteps)[number];
export type SendStep = (typeof sendSteps)[number];

/** How far a call is reduced. */
export interface Reduced {
  readonly receive: ReceiveStep;
  readonly send: SendStep;
}

/** What each step leaves of pictures of others: on how many pixels each counts as shown, and how many cameras there are. */
export const receiveLimits = {
  full: { area: Number.POSITIVE_INFINITY, cameras: Number.POSITIVE_INFINITY },
  smaller: { area: 640 * 360, cameras: Number.POSITIVE_INFINITY },
  fewer: { area: 320 * 180, cameras: 4 },
  sound: { area: 320 * 180, cameras: 0 },
} as const satisfies Record<ReceiveStep, object>;

/** What each step leaves of one's own camera: how many of its sizes, the smallest first, and frames a second. */
export const sendLimits = {
  full: { layers: Number.POSITIVE_INFINITY, framesPerSecond: undefined },
  less: { layers: 2, framesPerSecond: 20 },
  least: { layers: 1, framesPerSecond: 12 },
} as const satisfies Record<SendStep, object>;

/** From where on what is received needs relief, and could take more: shares of packets, and of the time that pictures stand still. */
const downlink = { bad: { loss: 0.06, frozen: 0.3 }, fine: { loss: 0.02, frozen: 0.05 } };
/** Likewise of what is sent. A camera that may not take so many bit/s would take them from the sound. */
const uplink = { bad: 0.08, fine: 0.03, bandwidth: { full: 350_000, less: 150_000, least: 60_000 } };
/** Below this score people do not understand each other: pictures go for sound. */
const soundInDanger = 2.6;

export interface Ladders {
  readonly receive: Ladder;
  readonly send: Ladder;
}

export const fullLadders: Ladders = { receive: topOfLadder, send: topOfLadder };

export function reducedOf({ receive, send }: Ladders): Reduced {
  return { receive: receiveSteps[receive.step] ?? 'sound', send: sendSteps[send.step] ?? 'least' };
}

/** Takes one more sample. Pictures of others go altogether only while sound is in danger. */
export function reduce(
  { receive, send }: Ladders,
  sample: Between,
  named: ReadonlyMap<ParticipantId, NetworkLevel>,
): Ladders {
  const { verdict, danger } = received(sample, named);
  const lowest =
    danger || receive.step === receiveSteps.length - 1 ? receiveSteps.length - 1 : receiveSteps.length - 2;
  const step = sendSteps[send.step] ?? 'least';
  return {
    receive: climb(receive, verdict, lowest),
    send: climb(send, sent(sample, step), sendSteps.length - 1),
  };
}

/** What is lost of those who lose it on their own way says nothing of one's own. */
function received(
  { received, paths, periodMs }: Between,
  named: ReadonlyMap<ParticipantId, NetworkLevel>,
): { verdict: Verdict; danger: boolean } {
  const streams = received.flatMap(({ participantId, stream }) => (named.has(participantId) ? [] : stream));
  const lost = streams.reduce((sum, one) => sum + Math.max(0, one.packetsLost), 0);
  const loss = lossOf({
    packetsLost: lost,
    packetsReceived: streams.reduce((sum, one) => sum + one.packetsReceived, 0),
  });
  const pictures = streams.flatMap(one => (one.kind === 'video' && one.source === 'camera' ? one : []));
  // A device that is too slow lets pictures stand still that have arrived.
  const stuck = pictures.filter(one => one.framesDropped === 0 && lossOf(one) > downlink.fine.loss);
  const frozen = Math.max(0, ...stuck.map(one => frozenOf(one, periodMs)));
  const scores = streams.flatMap(one =>
    one.kind === 'audio' ? (soundScore(one, roundTripOf({ paths })) ?? []) : [],
  );
  const danger = scores.length > 0 && Math.max(...scores) < soundInDanger && loss > downlink.bad.loss;
  if (loss > downlink.bad.loss || frozen > downlink.bad.frozen) return { verdict: 'bad', danger };
  const fine = loss < downlink.fine.loss && frozen < downlink.fine.frozen;
  return { verdict: fine ? 'fine' : 'unclear', danger };
}

function sent(sample: Between, step: SendStep): Verdict {
  const loss = uplinkLoss(sample);
  const sends = sample.sent.some(({ kind }) => kind === 'video');
  const scarce =
    sends &&
    sample.paths.some(
      ({ availableOutgoingBitrate: bits }) => bits !== undefined && bits < uplink.bandwidth[step],
    );
  if (loss > uplink.bad || scarce) return sends ? 'bad' : 'unclear';
  return loss < uplink.fine ? 'fine' : 'unclear';
}
