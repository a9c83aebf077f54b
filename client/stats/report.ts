import type { CallStats, ReceivedStats, SentStats } from '../types.ts';

/** mediasoup-client's own stream for bandwidth probes; nobody sees it. */
const probatorMid = 'probator';

type Figures = Omit<ReceivedStats, 'participantId' | 'source'>;
type Path = Omit<CallStats['paths'][number], 'via'>;

/** lib.dom types the entries of a report as `any`; the standard says what they are by `type`. */
type Entry =
  | (RTCInboundRtpStreamStats & { type: 'inbound-rtp' })
  | (RTCOutboundRtpStreamStats & { type: 'outbound-rtp' })
  | (RTCStats & { type: 'remote-inbound-rtp'; localId?: string; packetsLost?: number })
  | (RTCStats & { type: 'codec'; mimeType?: string })
  | (RTCTransportStats & { type: 'transport' })
  | (RTCStats & { type: 'media-source'; trackIdentifier: string; audioLevel?: number })
  | (RTCIceCandidatePairStats & { type: 'candidate-pair'; selected?: boolean })
  | (Candidate & { type: 'local-candidate' | 'remote-candidate' });

interface Candidate extends RTCStats {
  candidateType?: string;
  protocol?: string;
  relayProtocol?: string;
}

/** What a report holds. */
export function entriesOf(report: RTCStatsReport): Entry[] {
  const all: Entry[] = [];
  report.forEach((entry: Entry) => {
    all.push(entry);
  });
  return all;
}

/** Whether a stream is none of the call's. */
export function isProbe({ mid }: { mid?: string }): boolean {
  return mid === probatorMid;
}

function inbound(report: RTCStatsReport) {
  return entriesOf(report).filter(entry => entry.type === 'inbound-rtp' && !isProbe(entry)) as Extract<
    Entry,
    { type: 'inbound-rtp' }
  >[];
}

/** Video frames decoded from all streams of a receiving transport. */
export function countFrames(report: RTCStatsReport): number {
  return inbound(report).reduce((sum, stream) => sum + (stream.framesDecoded ?? 0), 0);
}

/** Figures of every stream of a receiving transport by its `mid`. */
export function readReceived(report: RTCStatsReport): Map<string, Figures> {
  const codecOf = codecsOf(report);
  return new Map(
    inbound(report).map(stream => [
      stream.mid ?? '',
      {
        framesDecoded: stream.framesDecoded ?? 0,
        framesDropped: stream.framesDropped ?? 0,
        framesPerSecond: stream.framesPerSecond ?? 0,
        totalAudioEnergy: stream.totalAudioEnergy ?? 0,
        packetsReceived: stream.packetsReceived ?? 0,
        packetsLost: stream.packetsLost ?? 0,
        bytesReceived: stream.bytesReceived ?? 0,
        jitter: stream.jitter ?? 0,
        frameWidth: stream.frameWidth ?? 0,
        frameHeight: stream.frameHeight ?? 0,
        codec: codecOf(stream.codecId),
      },
    ]),
  );
}

/** Figures of every stream that a transport sends. */
export function readSent(report: RTCStatsReport): SentStats[] {
  const entries = entriesOf(report);
  const codecOf = codecsOf(report);
  const lost = new Map(
    entries.flatMap(entry =>
      entry.type === 'remote-inbound-rtp' ? [[entry.localId, entry.packetsLost]] : [],
    ),
  );
  return entries.flatMap(entry => {
    if (entry.type !== 'outbound-rtp') return [];
    return {
      kind: entry.kind === 'audio' ? 'audio' : 'video',
      packetsSent: entry.packetsSent ?? 0,
      packetsLost: lost.get(entry.id),
      bytesSent: entry.bytesSent ?? 0,
      frameWidth: entry.frameWidth ?? 0,
      frameHeight: entry.frameHeight ?? 0,
      framesPerSecond: entry.framesPerSecond ?? 0,
      codec: codecOf(entry.codecId),
      qualityLimitationReason: entry.qualityLimitationReason,
    };
  });
}

/** Names codecs by their ids: `VP8` for `video/VP8`. */
function codecsOf(report: RTCStatsReport): (id: string | undefined) => string | undefined {
  const all = entriesOf(report);
  return id => {
    const codec = all.find(entry => entry.type === 'codec' && entry.id === id);
    return codec?.type === 'codec' ? codec.mimeType?.split('/')[1] : undefined;
  };
}

/** The selected candidate pair of a transport and its two ends, once there is one. */
export function selectedPair(report: RTCStatsReport) {
  const all = entriesOf(report);
  const selected = all.find(
    entry => entry.type === 'transport' && entry.selectedCandidatePairId !== undefined,
  );
  const pair = all.find(
    entry =>
      entry.type === 'candidate-pair' &&
      (selected?.type === 'transport'
        ? entry.id === selected.selectedCandidatePairId
        : entry.selected === true || (entry.nominated === true && entry.state === 'succeeded')),
  );
  if (pair?.type !== 'candidate-pair') return undefined;
  const candidate = (id: string) => all.find(entry => entry.id === id) as Candidate | undefined;
  return { pair, local: candidate(pair.localCandidateId), remote: candidate(pair.remoteCandidateId) };
}

/** The way that media takes over a transport, once there is one. */
export function readPath(direction: Path['direction'], report: RTCStatsReport): Path | undefined {
  const selected = selectedPair(report);
  if (!selected) return undefined;
  const { pair, local, remote } = selected;
  const { currentRoundTripTime, availableOutgoingBitrate } = pair;
  return {
    direction,
    local: local?.candidateType ?? 'unknown',
    remote: remote?.candidateType ?? 'unknown',
    protocol: local?.protocol ?? 'unknown',
    ...(local?.relayProtocol === undefined ? {} : { relayProtocol: local.relayProtocol }),
    ...(currentRoundTripTime !== undefined && { roundTripMs: currentRoundTripTime * 1_000 }),
    ...(direction === 'send' && availableOutgoingBitrate !== undefined && { availableOutgoingBitrate }),
  };
}
