import type { ParticipantId, QualityReport, ReceivedStreamReport, SentStreamReport } from '@parley/protocol';
import type { Sample, StreamFigures } from './sample.ts';

/** The protocol's limits for one report. */
const most = { paths: 8, received: 128, sent: 16 };

/** What came between two looks. */
export interface Between extends Pick<QualityReport, 'periodMs' | 'paths' | 'sent'> {
  received: { participantId: ParticipantId; stream: ReceivedStreamReport }[];
}

/** What came between two looks; undefined if there is nothing to say. */
export function reportOf(before: Sample, now: Sample): QualityReport | undefined {
  const { periodMs, paths, received, sent } = between(before, now);
  if (received.length + sent.length === 0) return undefined;
  return {
    periodMs,
    paths: paths.slice(0, most.paths),
    received: received.slice(0, most.received).map(({ stream }) => stream),
    sent: sent.slice(0, most.sent),
  };
}

/** What came between two looks, and of whom. */
export function between(before: Sample, now: Sample): Between {
  const periodMs = Math.round(now.at - before.at);
  const received = [...now.received].flatMap(([key, figures]) => {
    const stream = receivedReport(before.received.get(key), figures, periodMs);
    return stream ? { participantId: figures.wanted.participantId, stream } : [];
  });
  const sent = [...now.sent].flatMap(([key, stream]) => sentReport(before.sent.get(key), stream) ?? []);
  return { periodMs, paths: now.paths, received, sent };
}

type Received = Sample['received'] extends Map<string, infer Stream> ? Stream : never;

function receivedReport(
  known: Received | undefined,
  now: Received,
  periodMs: number,
): ReceivedStreamReport | undefined {
  const before = goesOn('packetsReceived', known, now) ? known : undefined;
  const added = adder(before, now);
  const packets = {
    packetsReceived: added('packetsReceived'),
    packetsLost: (now.packetsLost ?? 0) - (before?.packetsLost ?? 0),
    bytesReceived: added('bytesReceived'),
    jitter: now.jitter ?? 0,
  };
  if (now.kind === 'audio') {
    if (packets.packetsReceived === 0) return undefined;
    const played = added('jitterBufferEmittedCount');
    // Browsers correct what they have concealed afterwards, so that for a while a part may seem larger than the whole.
    const totalSamplesReceived = added('totalSamplesReceived');
    const concealedSamples = Math.min(added('concealedSamples'), totalSamplesReceived);
    return {
      kind: 'audio',
      ...packets,
      totalSamplesReceived,
      concealedSamples,
      silentConcealedSamples: Math.min(added('silentConcealedSamples'), concealedSamples),
      concealmentEvents: added('concealmentEvents'),
      ...(played > 0 && { jitterBufferDelay: rounded(added('jitterBufferDelay') / played) }),
    };
  }
  const { source, flows, shownPixels } = now.wanted;
  // What is out of sight for a while does not freeze.
  if (!flows || before?.wanted.flows === false) return undefined;
  const framesDecoded = added('framesDecoded');
  // How long a first frame takes, joins say.
  if (!before && framesDecoded === 0) return undefined;
  // A browser counts a freeze once it is over.
  const frozen = before !== undefined && source === 'camera' && framesDecoded === 0;
  if (packets.packetsReceived === 0 && !frozen) return undefined;
  return {
    kind: 'video',
    source: source === 'screen' ? 'screen' : 'camera',
    ...packets,
    framesDecoded,
    framesDropped: added('framesDropped'),
    framesPerSecond: before ? rounded((framesDecoded * 1000) / periodMs) : (now.framesPerSecond ?? 0),
    frameWidth: now.frameWidth ?? 0,
    frameHeight: now.frameHeight ?? 0,
    freezeCount: frozen ? 1 : added('freezeCount'),
    totalFreezesDuration:
      (frozen ? periodMs : Math.min(periodMs, added('totalFreezesDuration') * 1000)) / 1000,
    ...(shownPixels !== undefined && { shownPixels }),
  };
}

function sentReport(known: StreamFigures | undefined, now: StreamFigures): SentStreamReport | undefined {
  const before = goesOn('packetsSent', known, now) ? known : undefined;
  const added = adder(before, now);
  const packets = {
    packetsSent: added('packetsSent'),
    bytesSent: added('bytesSent'),
    ...(now.packetsLost !== undefined && { packetsLost: now.packetsLost - (before?.packetsLost ?? 0) }),
  };
  if (packets.packetsSent === 0) return undefined;
  if (now.kind === 'audio') return { kind: 'audio', ...packets };
  return {
    kind: 'video',
    ...packets,
    framesPerSecond: now.framesPerSecond ?? 0,
    frameWidth: now.frameWidth ?? 0,
    frameHeight: now.frameHeight ?? 0,
    qualityLimitationReason: now.qualityLimitationReason ?? 'none',
  };
}

type Count = {
  [K in keyof StreamFigures]-?: number extends StreamFigures[K] ? K : never;
}[keyof StreamFigures];

/** Whether a stream is the one that it was, or began anew under its name. */
function goesOn(
  count: 'packetsReceived' | 'packetsSent',
  before: StreamFigures | undefined,
  now: StreamFigures,
): boolean {
  return before !== undefined && (now[count] ?? 0) >= (before[count] ?? 0);
}

/** What was added to a count since; never less than nothing. */
function adder(before: StreamFigures | undefined, now: StreamFigures): (name: Count) => number {
  return name => Math.max(0, (now[name] ?? 0) - (before?.[name] ?? 0));
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
