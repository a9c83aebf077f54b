/** What a browser would say of the media that it sends. Nothing is sent: signaling and SFU do all of their work but forwarding. */
import type { DtlsParameters, MediaSource, RtpParameters } from '@parley/protocol';

/** The parameters of a producer of `source`; `ssrc` has to be another for each of a participant's. */
export function rtpParametersOf(source: MediaSource, ssrc: number): RtpParameters {
  const sound = source === 'microphone' || source === 'screen-audio';
  const codec = sound
    ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }
    : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  return {
    mid: `${ssrc}`,
    codecs: [codec],
    encodings: [{ ssrc }],
    rtcp: { cname: 'parley-load', reducedSize: true },
  };
}

/** Those of somebody whose media never comes. */
export function dtlsParametersOf(): DtlsParameters {
  const value = Array.from({ length: 32 }, () => 'AB').join(':');
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}
