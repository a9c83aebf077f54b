import type { MediaPathReport, MediaSource, Participant, ParticipantId, ProducerId } from '@parley/protocol';
import type { Link } from '../media/link.ts';
import type { Owner } from '../room/lookups.ts';
import { entriesOf, isProbe, selectedPair } from './report.ts';

/** Of webrtc-stats, what a report is made from. Counts are since the stream began. */
export interface StreamFigures {
  id: string;
  type: 'inbound-rtp' | 'outbound-rtp';
  kind: 'audio' | 'video';
  mid?: string;
  packetsReceived?: number;
  packetsSent?: number;
  packetsLost?: number;
  bytesReceived?: number;
  bytesSent?: number;
  jitter?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  concealmentEvents?: number;
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
  framesDecoded?: number;
  framesDropped?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  freezeCount?: number;
  totalFreezesDuration?: number;
  qualityLimitationReason?: 'none' | 'cpu' | 'bandwidth' | 'other';
}

/** What a received stream is to the page. */
export interface Wanted {
  /** Who sends it. */
  participantId: ParticipantId;
  source: MediaSource;
  /** It is on and in sight, and does not move to another SFU. */
  flows: boolean;
  /** On how many pixels of the screen it is shown, where the page says so. */
  shownPixels: number | undefined;
}

/** What one look at the transports of a call saw. */
export interface Sample {
  /** In ms. */
  at: number;
  paths: MediaPathReport[];
  /** By what tells each from those of other links. */
  received: Map<string, StreamFigures & { wanted: Wanted }>;
  sent: Map<string, StreamFigures>;
}

/** What the streams of these are to the page. `areaOf` says on how many pixels of the screen a picture is shown; 0: it is out of sight. */
export function wantedOf(
  others: readonly Participant[],
  areaOf: (picture: Owner) => number | undefined,
): Map<ProducerId, Wanted> {
  return new Map(
    others.flatMap(({ id: participantId, producers }) =>
      producers.map(({ id, kind, source, paused }) => {
        const area = kind === 'video' ? (areaOf({ participantId, source }) ?? 0) : 0;
        const shownPixels = Number.isFinite(area) && area > 0 ? area : undefined;
        return [id, { participantId, source, flows: !paused && area > 0, shownPixels }] as const;
      }),
    ),
  );
}

/** What is received over a link. */
export interface Side {
  link: Pick<Link, 'generation' | 'stats'> | undefined;
  received: { producerId: ProducerId; mid: string }[];
  /** Where it leads to; absent: to an SFU. */
  via?: 'direct';
  /** Whether this one comes another way now, and need not flow here. */
  isElsewhere?: (producerId: ProducerId) => boolean;
}

/** A report takes this long at most, in ms: one of a connection that was closed meanwhile never comes. */
const patienceMs = 1_000;

/** Looks at all transports of a call; undefined if one does not answer, whose streams would seem to begin anew at the next look. */
export async function takeSample(
  sides: readonly Side[],
  wanted: ReadonlyMap<ProducerId, Wanted>,
): Promise<Sample | undefined> {
  const sample: Sample = { at: performance.now(), paths: [], received: new Map(), sent: new Map() };
  for (const { link, received, via, isElsewhere } of sides) {
    if (!link) continue;
    const producers = new Map(received.map(({ mid, producerId }) => [mid, producerId]));
    const reports = link.stats().map(async ({ direction, report }) => ({
      direction,
      read: await inTime(report),
    }));
    for (const { direction, read } of await Promise.all(reports)) {
      if (!read) return undefined;
      const path = readPath(direction, read);
      if (path) sample.paths.push({ ...path, ...(via && { via }) });
      const losses = new Map<unknown, number>();
      for (const entry of entriesOf(read)) {
        const { type, localId, packetsLost } = entry as {
          type: string;
          localId?: string;
          packetsLost?: number;
        };
        if (type === 'remote-inbound-rtp' && packetsLost !== undefined) losses.set(localId, packetsLost);
      }
      for (const entry of entriesOf(read)) {
        const stream = entry as unknown as StreamFigures;
        const key = `${link.generation}/${stream.id}`;
        if (stream.type === 'outbound-rtp') {
          const packetsLost = losses.get(stream.id);
          sample.sent.set(key, packetsLost === undefined ? stream : { ...stream, packetsLost });
        }
        if (stream.type !== 'inbound-rtp' || isProbe(stream)) continue;
        const producer = producers.get(stream.mid ?? '');
        const known = producer && wanted.get(producer);
        if (!known) continue;
        const flows = known.flows && !isElsewhere?.(producer);
        sample.received.set(key, { ...stream, wanted: { ...known, flows } });
      }
    }
  }
  return sample;
}

async function inTime(report: Promise<RTCStatsReport>): Promise<RTCStatsReport | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const read = await Promise.race([report.catch(() => undefined), late]);
  clearTimeout(timer);
  return read;
}

/** Undefined before there is one, and for kinds that the protocol does not know. */
function readPath(direction: 'send' | 'receive', report: RTCStatsReport): MediaPathReport | undefined {
  const { pair, local } = selectedPair(report) ?? {};
  const { candidateType, protocol, relayProtocol } = local ?? {};
  if (!pair || !isCandidateType(candidateType) || (protocol !== 'udp' && protocol !== 'tcp'))
    return undefined;
  const { currentRoundTripTime, availableOutgoingBitrate } = pair;
  return {
    direction,
    candidateType,
    protocol,
    ...(isRelayProtocol(relayProtocol) && { relayProtocol }),
    ...(currentRoundTripTime !== undefined && { currentRoundTripTime }),
    ...(direction === 'send' && availableOutgoingBitrate !== undefined && { availableOutgoingBitrate }),
  };
}

const isCandidateType = (text: string | undefined) =>
  text === 'host' || text === 'srflx' || text === 'prflx' || text === 'relay';
const isRelayProtocol = (text: string | undefined) => text === 'udp' || text === 'tcp' || text === 'tls';
