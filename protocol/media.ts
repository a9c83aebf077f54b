/**
 * Schemas of what WebRTC endpoints tell each other: ICE, DTLS and RTP parameters in mediasoup's vocabulary
 * (https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/), with an upper limit on everything
 * that a client can send.
 */
import { z } from 'zod';

export const MediaKind = z.enum(['audio', 'video']);
export type MediaKind = z.infer<typeof MediaKind>;

/** What a producer shows or sounds like to people. */
export const MediaSource = z.enum(['microphone', 'camera', 'screen', 'screen-audio']);
export type MediaSource = z.infer<typeof MediaSource>;

export const kindOfSource: Record<MediaSource, MediaKind> = {
  microphone: 'audio',
  'screen-audio': 'audio',
  camera: 'video',
  screen: 'video',
};

const shortText = z.string().max(256);
const uint32 = z.int().min(0).max(0xffff_ffff);
const payloadType = z.int().min(0).max(127);

/** Codec and extension parameters hold scalars only. */
const parameters = z
  .record(z.string().max(64), z.union([shortText, z.number(), z.boolean(), z.null()]))
  .refine(value => Object.keys(value).length <= 32, 'has more than 32 entries');

const rtcpFeedback = z.array(z.object({ type: shortText, parameter: shortText.optional() })).max(16);

const HeaderExtensionUri = z.enum([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
]);

export const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: MediaKind,
        mimeType: shortText,
        preferredPayloadType: payloadType,
        clockRate: uint32,
        channels: z.int().min(1).max(8).optional(),
        parameters: parameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: MediaKind,
        uri: HeaderExtensionUri,
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

export const RtpParameters = z.object({
  mid: z.string().max(64).optional(),
  msid: shortText.optional(),
  codecs: z
    .array(
      z.object({
        mimeType: shortText,
        payloadType,
        clockRate: uint32,
        channels: z.int().min(1).max(8).optional(),
        parameters: parameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: HeaderExtensionUri,
        id: z.int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: parameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: uint32.optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.object({ ssrc: uint32 }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-9]\d?T[1-9]\d?(_KEY)?/)
          .max(16)
          .optional(),
        maxBitrate: uint32.optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z.object({ cname: shortText.optional(), reducedSize: z.boolean().optional() }).optional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

export const DtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z
          .string()
          .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/, 'must be colon-separated hex bytes'),
      }),
    )
    .min(1, 'must hold at least one fingerprint')
    .max(5),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

export const IceParameters = z.object({
  usernameFragment: shortText,
  password: shortText,
  iceLite: z.boolean().optional(),
});
export type IceParameters = z.infer<typeof IceParameters>;

export const IceCandidate = z.object({
  foundation: shortText,
  priority: uint32,
  ip: shortText,
  address: shortText,
  protocol: z.enum(['udp', 'tcp']),
  port: z.int().min(1).max(65535),
  type: z.literal('host'),
  tcpType: z.literal('passive').optional(),
});
export type IceCandidate = z.infer<typeof IceCandidate>;

/** A server for `RTCPeerConnection`'s `iceServers`. */
export const IceServer = z.object({
  urls: z.array(shortText).min(1),
  username: shortText.optional(),
  credential: shortText.optional(),
});
export type IceServer = z.infer<typeof IceServer>;
