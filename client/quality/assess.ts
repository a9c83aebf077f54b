import type { Network, NetworkLevel, ParticipantId, ReceivedStreamReport } from '@parley/protocol';
import { lossOf, ownNetwork, pictureScore, roundTripOf, soundScore } from '@parley/quality';
import type { Between } from '../stats/quality-report.ts';
import { type Level, type Seen, worstOf } from './levels.ts';
import { reasonOf } from './reason.ts';

/** Below these, sound and pictures are fair, and poor; as of `judge` in quality/causes.ts. */
const below = { sound: { fair: 3.5, poor: 2.6 }, picture: { fair: 3, poor: 2 } };

/** From this share of lost packets on, a stream suffers from a network. */
const lossy = 0.02;

/** How what is received of somebody arrived. */
export interface Arrival {
  readonly level: Level;
  /** Packets of it were lost, or none came. */
  readonly lossy: boolean;
  /** What the server says of their own network. */
  readonly named: NetworkLevel | undefined;
}

/** What one sample says. */
export interface Assessment {
  /** One's own network. */
  readonly own: Seen;
  /** By what one sends alone; for the next sample. */
  readonly uplink: NetworkLevel | undefined;
  readonly participants: ReadonlyMap<ParticipantId, Seen>;
}

/**
 * Says how good the call is, and why where it is not.
 *
 * @param networks whose networks the server calls bad.
 * @param uplink what the last sample said of one's own.
 */
export function assess(
  sample: Between,
  self: ParticipantId | undefined,
  networks: readonly Network[],
  uplink: NetworkLevel | undefined,
): Assessment {
  const named = new Map(networks.map(({ participantId, level }) => [participantId, level]));
  const uplinkNow = ownNetwork(sample, uplink);
  const ownNamed = self === undefined ? undefined : named.get(self);
  const arrivals = arrivalsOf(sample, named);
  const heard = [...arrivals.values()].filter(one => one.named === undefined);
  const everything = heard.length > 1 && heard.every(one => one.lossy && one.level !== 'good');
  const own = worstOf(
    uplinkNow ?? 'good',
    ownNamed ?? 'good',
    everything ? worstOf(...heard.map(({ level }) => level)) : 'good',
  );
  const participants = new Map<ParticipantId, Seen>();
  for (const [id, arrival] of arrivals) {
    // Who cannot send well may not hear well either, though what comes of them was repaired.
    const level = worstOf(arrival.level, arrival.named === 'poor' ? 'fair' : 'good');
    const reason = level === 'good' ? undefined : reasonOf(id, arrivals, own !== 'good');
    participants.set(id, { level, ...(reason && { reason }) });
  }
  return {
    own: own === 'good' ? { level: own } : { level: own, reason: 'yours' },
    uplink: uplinkNow,
    participants,
  };
}

function arrivalsOf(
  sample: Between,
  named: ReadonlyMap<ParticipantId, NetworkLevel>,
): Map<ParticipantId, Arrival> {
  const roundTrip = roundTripOf(sample);
  const arrivals = new Map<ParticipantId, Arrival>();
  const add = (id: ParticipantId, level: Level, isLossy: boolean) => {
    const before = arrivals.get(id);
    arrivals.set(id, {
      level: worstOf(level, before?.level ?? 'good'),
      lossy: isLossy || (before?.lossy ?? false),
      named: named.get(id),
    });
  };
  for (const { participantId, stream } of sample.received) {
    add(participantId, levelOf(stream, roundTrip, sample.periodMs), isLossy(stream));
  }
  for (const id of named.keys()) if (!arrivals.has(id)) add(id, 'good', false);
  return arrivals;
}

function levelOf(stream: ReceivedStreamReport, roundTrip: number, periodMs: number): Level {
  if (stream.kind === 'audio') return gradeOf(soundScore(stream, roundTrip), below.sound);
  // How large it comes is chosen, by the page or to go easy on a network.
  const { shownPixels: _, ...picture } = stream;
  return gradeOf(pictureScore(picture, periodMs), below.picture);
}

function gradeOf(score: number | undefined, limits: { fair: number; poor: number }): Level {
  if (score === undefined || score >= limits.fair) return 'good';
  return score < limits.poor ? 'poor' : 'fair';
}

function isLossy(stream: ReceivedStreamReport): boolean {
  return stream.packetsReceived === 0 || lossOf(stream) > lossy;
}
