import type { RtpParameters } from '@parley/protocol';

let ssrc = 1000;

/** What a browser would send as a microphone. */
export const opus = (): RtpParameters => ({
  mid: `${ssrc}`,
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: ssrc++ }],
  rtcp: { cname: 'parley', reducedSize: true },
});
