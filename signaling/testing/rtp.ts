import type { RtpParameters } from '@parley/protocol';

let ssrc = 1000;

/** What a browser would send as a microphone. */
export const opus = (): RtpParameters => ({
  mid: `${ssrc}`,
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: ssrc++ }],
  rtcp: { cname: 'parley', reducedSize: true },
});

/** What a browser would send as a camera in three layers. */
export const simulcast = (): RtpParameters => ({
  mid: `${ssrc++}`,
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
  headerExtensions: [
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 },
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10 },
  ],
  encodings: ['r0', 'r1', 'r2'].map(rid => ({ rid, scalabilityMode: 'L1T3' })),
  rtcp: { cname: 'parley', reducedSize: true },
});
