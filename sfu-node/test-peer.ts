/** Help for tests: a WebRTC endpoint that sends or receives raw RTP over real ICE, DTLS and SRTP. */
import { DtlsParameters, type RtpParameters, type TransportOptions } from '@parley/protocol';
import { Audio, PeerConnection as Peer, type PeerConnection, type Track, Video } from 'node-datachannel';

export interface TestPeer extends Disposable {
  readonly track: Track;
  /** What the SFU is to be told of this peer. */
  readonly dtlsParameters: DtlsParameters;
  /** Goes to the SFU, which has to know `dtlsParameters` by now, as it drops the DTLS of strangers. */
  start(): void;
}

/** Whatever of libdatachannel is collected while its threads are at work ends the process. */
const kept: unknown[] = [];

const payloadType = 111;
const videoPayloadType = 96;

/** A peer that offers one track of sound with `ssrc` on the SFU's send transport. */
export async function createSender(
  options: TransportOptions,
  ssrc: number,
  address?: string,
): Promise<TestPeer> {
  const peer = createPeer(address);
  const audio = new Audio('0', 'SendOnly');
  audio.addOpusCodec(payloadType);
  audio.addSSRC(ssrc, 'sender');
  const track = peer.addTrack(audio);
  kept.push(audio);
  const local = await describeItself(peer, () => peer.setLocalDescription('offer'));
  peer.setRemoteDescription(
    sessionOf(options, 'passive', ['a=recvonly', opusMap(payloadType)], payloadType),
    'answer',
  );
  return asPeer(peer, track, local, candidatesOf(options));
}

/** A peer that offers one track of pictures in VP8 with `ssrc` on the SFU's send transport. */
export async function createCamera(options: TransportOptions, ssrc: number): Promise<TestPeer> {
  const peer = createPeer();
  const video = new Video('0', 'SendOnly');
  video.addVP8Codec(videoPayloadType);
  video.addSSRC(ssrc, 'camera');
  const track = peer.addTrack(video);
  kept.push(video);
  const local = await describeItself(peer, () => peer.setLocalDescription('offer'));
  const map = `a=rtpmap:${videoPayloadType} VP8/90000`;
  peer.setRemoteDescription(
    sessionOf(options, 'passive', ['a=recvonly', map], videoPayloadType, 'video'),
    'answer',
  );
  return asPeer(peer, track, local, candidatesOf(options));
}

/** One RTP packet with a whole key frame in VP8 (RFC 7741, sections 4.2 and 4.3). */
export function keyFramePacket(ssrc: number, sequenceNumber: number): Buffer {
  const packet = rtpPacket(ssrc, sequenceNumber, '');
  packet.writeUInt8(0x80 | videoPayloadType, 1);
  // Start of a partition; a key frame that is shown; its start code and size of 16 by 16.
  return Buffer.concat([packet, Buffer.from([0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0])]);
}

/** A peer that takes one track of sound, or of pictures in VP8, from the SFU's receive transport. */
export async function createReceiver(
  options: TransportOptions,
  { codecs, encodings }: RtpParameters,
  kind: 'audio' | 'video' = 'audio',
): Promise<TestPeer> {
  const peer = createPeer();
  const codec = codecs[0]?.payloadType ?? payloadType;
  const map = kind === 'audio' ? opusMap(codec) : `a=rtpmap:${codec} VP8/90000`;
  const lines = ['a=sendonly', map, `a=ssrc:${encodings?.[0]?.ssrc} cname:sfu`];
  const tracked = Promise.withResolvers<Track>();
  peer.onTrack(tracked.resolve);
  const local = await describeItself(peer, () =>
    peer.setRemoteDescription(sessionOf(options, 'actpass', lines, codec, kind), 'offer'),
  );
  return asPeer(peer, await tracked.promise, local, candidatesOf(options));
}

/** One RTP packet of sound (RFC 3550, section 5.1). */
export function rtpPacket(ssrc: number, sequenceNumber: number, payload: string): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(payloadType, 1);
  header.writeUInt16BE(sequenceNumber, 2);
  header.writeUInt32BE(sequenceNumber * 960, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, Buffer.from(payload)]);
}

/** As the parameters of `rtpPacket` that says how loud it is have to name it. */
export const levelExtension = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 7 } as const;

/** One RTP packet of sound that says in its header how loud it is, from 0 to -127 dBov (RFC 6464). */
export function loudPacket(ssrc: number, sequenceNumber: number, dBov: number, payload: string): Buffer {
  const packet = rtpPacket(ssrc, sequenceNumber, '');
  packet.writeUInt8(0x90, 0);
  const extension = [0xbe, 0xde, 0, 1, levelExtension.id << 4, 0x80 | -dBov, 0, 0];
  return Buffer.concat([packet, Buffer.from(extension), Buffer.from(payload)]);
}

function createPeer(bindAddress = '127.0.0.1'): PeerConnection {
  return new Peer('peer', { iceServers: [], bindAddress });
}

/** The local description once all candidates are in it. */
async function describeItself(peer: PeerConnection, act: () => void): Promise<string> {
  const gathered = Promise.withResolvers<void>();
  peer.onGatheringStateChange(state => {
    if (state === 'complete') gathered.resolve();
  });
  act();
  await gathered.promise;
  return peer.localDescription()?.sdp ?? '';
}

function asPeer(peer: PeerConnection, track: Track, sdp: string, candidates: string[]): TestPeer {
  kept.push(peer, track);
  const value = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1];
  return {
    track,
    dtlsParameters: DtlsParameters.parse({ role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] }),
    start: () => {
      for (const candidate of candidates) peer.addRemoteCandidate(candidate, '0');
    },
    [Symbol.dispose]: () => peer.close(),
  };
}

function opusMap(codec: number): string {
  return `a=rtpmap:${codec} opus/48000/2`;
}

function candidatesOf({ iceCandidates }: TransportOptions): string[] {
  return iceCandidates
    .filter(({ protocol }) => protocol === 'udp')
    .map(
      ({ foundation, priority, address, port }) =>
        `a=candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ host`,
    );
}

/** The SFU's side as SDP, without candidates. */
function sessionOf(
  { iceParameters, dtlsParameters }: TransportOptions,
  setup: 'passive' | 'actpass',
  media: string[],
  codec: number,
  kind: 'audio' | 'video' = 'audio',
): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec}`,
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=rtcp-mux',
    ...media,
    `a=setup:${setup}`,
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    '',
  ].join('\r\n');
}
