import type { DtlsParameters, RtpParameters } from '@parley/protocol';

let ssrc = 1000;

/** What a browser would send as a microphone. */
export const opus = (): RtpParameters => ({
  mid: `${ssrc}`,
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: ssrc++ }],
  rtcp: { cname: 'parley', reducedSize: true },
});

/** Those of somebody who never comes. */
export const dtls = (): DtlsParameters => ({
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
});
