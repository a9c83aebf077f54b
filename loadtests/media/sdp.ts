import type { DtlsParameters, RtpParameters, TransportOptions } from '@parley/protocol';

/** One track that the SFU sends or takes, as its section of the SDP needs it. */
export interface MediaSection {
  kind: 'audio' | 'video';
  codec: RtpParameters['codecs'][number];
  /** What the SFU sends; undefined where it receives. */
  ssrc: number | undefined;
}

/**
 * The SFU's side of a transport as SDP, without candidates: peers that speak SDP alone take it as the other side's
 * description. Sections get the mids 0, 1, …
 */
export function describeSfu(
  { iceParameters, dtlsParameters }: Pick<TransportOptions, 'iceParameters' | 'dtlsParameters'>,
  setup: 'passive' | 'actpass',
  sections: readonly MediaSection[],
): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const mids = sections.map((_, mid) => mid).join(' ');
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', `a=group:BUNDLE ${mids}`];
  for (const [mid, { kind, codec, ssrc }] of sections.entries()) {
    const [, name] = codec.mimeType.split('/');
    const channels = codec.channels === undefined ? '' : `/${codec.channels}`;
    lines.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${mid}`,
      'a=rtcp-mux',
      ssrc === undefined ? 'a=recvonly' : 'a=sendonly',
      `a=rtpmap:${codec.payloadType} ${name}/${codec.clockRate}${channels}`,
      ...(ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:sfu`]),
      `a=setup:${setup}`,
      `a=ice-ufrag:${iceParameters.usernameFragment}`,
      `a=ice-pwd:${iceParameters.password}`,
      `a=fingerprint:sha-256 ${fingerprint?.value}`,
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The SFU's UDP candidates as SDP attributes. */
export function udpCandidates({ iceCandidates }: TransportOptions): string[] {
  return iceCandidates
    .filter(({ protocol }) => protocol === 'udp')
    .map(
      ({ foundation, priority, address, port }) =>
        `a=candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ host`,
    );
}

/** The address that a peer binds so as to reach the SFU: loopback where that is on this machine's, else undefined, for any. */
export function ownAddress({ iceCandidates }: TransportOptions): string | undefined {
  const local = ({ address }: { address: string }) => address.startsWith('127.');
  return iceCandidates.length > 0 && iceCandidates.every(local) ? '127.0.0.1' : undefined;
}

/** What the SFU has to know of a peer that described itself so. @throws Error if it gave no SHA-256 fingerprint. */
export function dtlsParametersOf(sdp: string): DtlsParameters {
  const value = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1];
  if (value === undefined) throw new Error('The peer told no SHA-256 fingerprint.');
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}
