/**
 * What clients say of how they fare, by the names of W3C webrtc-stats. SPEC.md, Q1 to Q5. Times are in seconds and rates in bit/s, as there, unless a
 * name says otherwise.
 */
import { z } from 'zod';

/** How often a server may ask to be told, in ms. */
export const reportPeriodMs = { least: 2_000, usual: 10_000, most: 120_000 } as const;

const count = z.int().min(0).max(1e9);
const seconds = (most: number) => z.number().min(0).max(most);
const bitrate = z.number().min(0).max(1e10);
const side = z.int().min(0).max(16_384);
const frameRate = z.number().min(0).max(500);

/** The way that media takes over one transport. */
export const MediaPathReport = z.object({
  direction: z.enum(['send', 'receive']),
  /** That it leads to another participant; absent: to an SFU. */
  via: z.literal('direct').optional(),
  /** Of the client's own end. */
  candidateType: z.enum(['host', 'srflx', 'prflx', 'relay']),
  protocol: z.enum(['udp', 'tcp']),
  /** With `relay`: what leads to the relay. */
  relayProtocol: z.enum(['udp', 'tcp', 'tls']).optional(),
  currentRoundTripTime: seconds(60).optional(),
  /** As estimated; of `send` alone. */
  availableOutgoingBitrate: bitrate.optional(),
});
export type MediaPathReport = z.infer<typeof MediaPathReport>;

const receivedPackets = {
  packetsReceived: count,
  /** Less than 0 where some came twice. */
  packetsLost: z.int().min(-1e6).max(1e9),
  bytesReceived: count,
  jitter: seconds(60),
};

/** One stream that was received, over the time of the report: counts are what was added in it. */
export const ReceivedStreamReport = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('audio'),
    ...receivedPackets,
    totalSamplesReceived: count,
    concealedSamples: count,
    /** Of these, those that stand for silence. */
    silentConcealedSamples: count.default(0),
    /** In how many pieces samples were concealed. */
    concealmentEvents: count.optional(),
    /** How long a sample waited in the jitter buffer, on average. */
    jitterBufferDelay: seconds(60).optional(),
  }),
  z.object({
    kind: z.literal('video'),
    /** Screens change seldom. */
    source: z.enum(['camera', 'screen']).default('camera'),
    ...receivedPackets,
    framesDecoded: count,
    framesDropped: count.default(0),
    framesPerSecond: frameRate,
    frameWidth: side,
    frameHeight: side,
    freezeCount: count,
    totalFreezesDuration: seconds(300),
    /** On how many pixels of the screen it is shown, where the page says so. */
    shownPixels: z.number().min(0).max(1e9).optional(),
  }),
]);
export type ReceivedStreamReport = z.infer<typeof ReceivedStreamReport>;

const sentPackets = {
  packetsSent: count,
  bytesSent: count,
  /** As the SFU says (`remote-inbound-rtp`). */
  packetsLost: z.int().min(-1e6).max(1e9).optional(),
};

/** One stream that was sent, a layer of a picture being one. */
export const SentStreamReport = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('audio'), ...sentPackets }),
  z.object({
    kind: z.literal('video'),
    ...sentPackets,
    framesPerSecond: frameRate,
    frameWidth: side,
    frameHeight: side,
    qualityLimitationReason: z.enum(['none', 'cpu', 'bandwidth', 'other']),
  }),
]);
export type SentStreamReport = z.infer<typeof SentStreamReport>;

/** How a participant's call went since their last report. */
export const QualityReport = z.object({
  periodMs: z
    .int()
    .min(reportPeriodMs.least / 2)
    .max(reportPeriodMs.most * 2),
  paths: z.array(MediaPathReport).max(8),
  /** Those that flowed, or should have. */
  received: z.array(ReceivedStreamReport).max(128),
  sent: z.array(SentStreamReport).max(16),
});
export type QualityReport = z.infer<typeof QualityReport>;

/** Instants of a join in ms after the click, in the order in which they come. */
const mark = z.number().min(0).max(600_000);

/** How a join went, said once: when the first picture of another is seen, or when it is clear that none comes. */
export const JoinReport = z.object({
  /** How long ago the click was, in ms. */
  agoMs: mark,
  /** The connection to signaling was open. */
  connected: mark,
  /** `join` was answered. */
  answered: mark,
  /** The first transport began to connect: there was something to send or to receive. Older clients do not say it. */
  mediaWanted: mark.optional(),
  /** The first transport was connected: ICE and DTLS. */
  mediaConnected: mark.optional(),
  /** The first frame of another was decoded. */
  firstFrame: mark.optional(),
});
export type JoinReport = z.infer<typeof JoinReport>;

/** What a server asks of clients; absent: to be told nothing. */
export const ReportWish = z.object({
  /** How often `reportQuality` is to be sent. */
  everyMs: z.int().min(reportPeriodMs.least).max(reportPeriodMs.most),
});
export type ReportWish = z.infer<typeof ReportWish>;

export const qualityRequests = {
  /** At most one in half of the time that the server asked for; more are refused as `rate_limited`. */
  reportQuality: { request: QualityReport, response: z.object({}) },
  /** Once a stay. */
  reportJoin: { request: JoinReport, response: z.object({}) },
} as const;
