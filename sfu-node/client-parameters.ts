import {
  type DtlsParameters,
  kindOfSource,
  type MediaKind,
  type MediaSource,
  RefusalError,
  type RtpParameters,
} from '@parley/protocol';

/** Bytes of each hash that a DTLS fingerprint may be made with. */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;

/** The most layers that a browser makes. */
const maxLayers = 3;

function refuse(path: string, message: string): never {
  throw new RefusalError('bad_request', `${path}: ${message}.`, { path });
}

/**
 * Checks what the schema cannot: that each fingerprint is as long as its hash. Hex digits come back in upper case, which is
 * how the worker compares them.
 *
 * @throws RefusalError `bad_request`
 */
export function checkDtlsParameters(dtlsParameters: DtlsParameters): DtlsParameters {
  const fingerprints = dtlsParameters.fingerprints.map(({ algorithm, value }, index) => {
    if (value.split(':').length !== fingerprintBytes[algorithm]) {
      refuse(`dtlsParameters.fingerprints.${index}.value`, `is not as long as ${algorithm}`);
    }
    return { algorithm, value: value.toUpperCase() };
  });
  return { ...dtlsParameters, fingerprints };
}

/**
 * Checks that RTP parameters are what a browser sends for one track: one codec with at most one retransmission codec, a few
 * encodings of it that can be told apart. mediasoup accepts more, but nobody sends more with good intentions.
 *
 * @throws RefusalError `bad_request`
 */
export function checkProducer(kind: MediaKind, source: MediaSource, rtpParameters: RtpParameters): void {
  if (kindOfSource[source] !== kind) refuse('kind', `${source} is ${kindOfSource[source]}`);
  checkCodecs(kind, rtpParameters.codecs);
  checkEncodings(kind, rtpParameters);
  checkHeaderExtensions(rtpParameters.headerExtensions ?? []);
  if (rtpParameters.mid !== undefined && !/^[\x21-\x7e]{1,32}$/.test(rtpParameters.mid)) {
    refuse('rtpParameters.mid', 'must be 1 to 32 visible ASCII characters');
  }
}

function isRetransmission(codec: { mimeType: string }): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

function checkCodecs(kind: MediaKind, codecs: RtpParameters['codecs']): void {
  for (const [index, { mimeType }] of codecs.entries()) {
    if (!mimeType.toLowerCase().startsWith(`${kind}/`)) {
      refuse(`rtpParameters.codecs.${index}.mimeType`, `is not ${kind}`);
    }
  }
  const [media, ...otherMedia] = codecs.filter(codec => !isRetransmission(codec));
  const [retransmission, ...otherRetransmissions] = codecs.filter(isRetransmission);
  if (!media || otherMedia.length > 0 || otherRetransmissions.length > 0) {
    refuse('rtpParameters.codecs', 'must be one codec, and its retransmission codec if there is one');
  }
  if (!retransmission) return;
  if (retransmission.payloadType === media.payloadType) {
    refuse('rtpParameters.codecs', 'must not name a payload type twice');
  }
  if (retransmission.parameters?.apt !== media.payloadType) {
    refuse('rtpParameters.codecs', 'apt of the retransmission codec must be the payload type of the other');
  }
}

function checkEncodings(kind: MediaKind, { codecs, encodings = [], mid }: RtpParameters): void {
  const path = 'rtpParameters.encodings';
  const media = codecs.find(codec => !isRetransmission(codec));
  if (kind === 'audio' && encodings.length > 1) refuse(path, 'sound has one encoding');
  if (encodings.length === 0 && mid === undefined) refuse(path, 'must hold an ssrc if there is no mid');

  const ssrcs = encodings.flatMap(encoding => [encoding.ssrc, encoding.rtx?.ssrc]).filter(isGiven);
  if (ssrcs.includes(0)) refuse(path, 'ssrc must not be 0');
  if (hasTwice(ssrcs)) refuse(path, 'must not name an ssrc twice');
  const rids = encodings.map(encoding => encoding.rid).filter(isGiven);
  if (rids.some(rid => !/^[A-Za-z0-9]{1,16}$/.test(rid))) refuse(path, 'rid must be letters and digits');
  if (hasTwice(rids)) refuse(path, 'must not name a rid twice');

  for (const { ssrc, rid, codecPayloadType, scalabilityMode } of encodings) {
    if (ssrc === undefined && rid === undefined && (encodings.length > 1 || mid === undefined)) {
      refuse(path, 'each must have an ssrc or a rid');
    }
    if (codecPayloadType !== undefined && codecPayloadType !== media?.payloadType) {
      refuse(path, 'codecPayloadType must be that of the codec');
    }
    if (scalabilityMode !== undefined) checkScalabilityMode(kind, scalabilityMode, encodings.length);
  }
}

function checkScalabilityMode(kind: MediaKind, mode: string, encodings: number): void {
  const path = 'rtpParameters.encodings';
  if (kind === 'audio') refuse(path, 'sound has no layers');
  const [, spatial, temporal] = /^[LS](\d+)T(\d+)(?:h|_KEY|_KEY_SHIFT)?$/.exec(mode) ?? [];
  if (!spatial || !temporal || Number(spatial) > maxLayers || Number(temporal) > maxLayers) {
    refuse(path, `scalabilityMode must have 1 to ${maxLayers} layers of each kind`);
  }
  if (Number(spatial) > 1 && encodings > 1) {
    refuse(path, 'must be either simulcast or spatial layers, not both');
  }
}

function checkHeaderExtensions(extensions: NonNullable<RtpParameters['headerExtensions']>): void {
  const path = 'rtpParameters.headerExtensions';
  if (hasTwice(extensions.map(extension => extension.id))) refuse(path, 'must not name an id twice');
  if (hasTwice(extensions.map(extension => extension.uri))) refuse(path, 'must not name a uri twice');
}

function hasTwice(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
