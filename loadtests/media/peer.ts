import type { DtlsParameters, RtpParameters, TransportOptions } from '@parley/protocol';
import { Audio, PeerConnection as Peer, type PeerConnection, type Track, Video } from 'node-datachannel';
import { describeSfu, dtlsParametersOf, type MediaSection, ownAddress, udpCandidates } from './sdp.ts';

/** How long ICE and DTLS may take, in ms. */
const connectWithinMs = 30_000;

/**
 * A WebRTC endpoint without a browser, at one transport of an SFU: raw RTP over real ICE, DTLS and SRTP. It neither
 * encodes nor decodes, asks for no retransmission and tells nothing of its bandwidth, so that hundreds fit into a process.
 *
 * The native objects are kept as long as the peer is: else they would be collected under way.
 */
export class MediaPeer implements Disposable {
  readonly #tracks: Track[];
  /** What the SFU is to be told before `connect`, as it drops the DTLS of strangers. */
  readonly dtlsParameters: DtlsParameters;
  readonly #peer: PeerConnection;
  readonly #options: TransportOptions;
  /** What the SFU sends, as it was described to the peer. */
  readonly #sections: MediaSection[];

  private constructor(
    peer: PeerConnection,
    tracks: Track[],
    sdp: string,
    { options, sections = [] }: { options: TransportOptions; sections?: MediaSection[] },
  ) {
    this.#peer = peer;
    this.#tracks = tracks;
    this.dtlsParameters = dtlsParametersOf(sdp);
    this.#options = options;
    this.#sections = sections;
  }

  /** In the order in which they were asked for. */
  get tracks(): readonly Track[] {
    return this.#tracks;
  }

  /** A peer that sends one track for each of these. Its own address is `address`; default: loopback if the SFU's is, else any. */
  static async sending(
    options: TransportOptions,
    tracks: readonly RtpParameters[],
    address = ownAddress(options),
  ): Promise<MediaPeer> {
    const peer = new Peer('sending', { iceServers: [], ...(address && { bindAddress: address }) });
    const added = tracks.map(({ codecs, encodings }, mid) => {
      const track = describeTrack(`${mid}`, codecs);
      for (const { ssrc } of encodings ?? []) if (ssrc !== undefined) track.addSSRC(ssrc, 'sending');
      return peer.addTrack(track);
    });
    const sdp = await gathered(peer, () => peer.setLocalDescription('offer'));
    const sections = tracks.map(({ codecs }) => section(kindOf(codecs), codecs, undefined));
    peer.setRemoteDescription(describeSfu(options, 'passive', sections), 'answer');
    return new MediaPeer(peer, added, sdp, { options });
  }

  /** A peer that takes these from the SFU, whose consumers say what they are like; `address` as when sending. */
  static async receiving(
    options: TransportOptions,
    consumers: readonly Receivable[],
    address = ownAddress(options),
  ): Promise<MediaPeer> {
    const peer = new Peer('receiving', { iceServers: [], ...(address && { bindAddress: address }) });
    const tracks: Track[] = [];
    peer.onTrack(track => tracks.push(track));
    const sections = consumers.map(sectionOf);
    const sdp = await gathered(peer, () =>
      peer.setRemoteDescription(describeSfu(options, 'actpass', sections), 'offer'),
    );
    if (tracks.length < consumers.length) throw new Error('The peer did not take all tracks.');
    tracks.sort((a, b) => Number(a.mid()) - Number(b.mid()));
    return new MediaPeer(peer, tracks, sdp, { options, sections });
  }

  /** Takes more from the SFU. @returns their tracks, in this order. */
  async take(consumers: readonly Receivable[]): Promise<readonly Track[]> {
    const first = this.#sections.length;
    this.#sections.push(...consumers.map(sectionOf));
    const missing = new Set(consumers.map((_, index) => `${first + index}`));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#peer.onTrack(track => {
      this.#tracks.push(track);
      missing.delete(track.mid());
      if (missing.size === 0) resolve();
    });
    this.#peer.setRemoteDescription(describeSfu(this.#options, 'actpass', this.#sections), 'offer');
    if (missing.size > 0) await promise;
    this.#tracks.sort((a, b) => Number(a.mid()) - Number(b.mid()));
    return this.#tracks.slice(first);
  }

  /** Goes to the SFU. @returns once it is connected. @throws Error if that fails, or takes more than 30 s. */
  async connect(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#peer.onStateChange(state => {
      if (state === 'connected') resolve();
      if (state === 'failed' || state === 'closed') reject(new Error(`The connection to the SFU ${state}.`));
    });
    const late = () => reject(new Error(`The SFU did not connect within ${connectWithinMs / 1_000} s.`));
    const timer = setTimeout(late, connectWithinMs);
    for (const candidate of udpCandidates(this.#options)) this.#peer.addRemoteCandidate(candidate, '0');
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#peer.close();
  }
}

/** What the SFU sends to somebody, as its consumer says. */
export interface Receivable {
  kind: 'audio' | 'video';
  rtpParameters: RtpParameters;
}

function kindOf([codec]: RtpParameters['codecs']): 'audio' | 'video' {
  return codec?.mimeType.startsWith('audio/') ? 'audio' : 'video';
}

/** A track to send, as the peer wants it described. */
function describeTrack(mid: string, codecs: RtpParameters['codecs']): Audio | Video {
  if (kindOf(codecs) === 'audio') {
    const audio = new Audio(mid, 'SendOnly');
    for (const { payloadType } of codecs) audio.addOpusCodec(payloadType);
    return audio;
  }
  const video = new Video(mid, 'SendOnly');
  for (const { payloadType, mimeType } of codecs) {
    video.addVideoCodec(payloadType, mimeType.split('/')[1] ?? '');
  }
  return video;
}

function sectionOf({ kind, rtpParameters: { codecs, encodings } }: Receivable): MediaSection {
  return section(kind, codecs, encodings?.[0]?.ssrc);
}

/** The peer's description of itself once all its candidates are in it. */
async function gathered(peer: PeerConnection, describe: () => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  peer.onGatheringStateChange(state => {
    if (state === 'complete') resolve();
  });
  describe();
  await promise;
  return peer.localDescription()?.sdp ?? '';
}

function section(
  kind: 'audio' | 'video',
  codecs: RtpParameters['codecs'],
  ssrc: number | undefined,
): MediaSection {
  const codec = codecs[0];
  if (!codec) throw new Error('A track without a codec cannot be described.');
  return { kind, codec, ssrc };
}
