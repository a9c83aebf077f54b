import type { DtlsParameters, RtpParameters, TransportOptions } from '@parley/protocol';
import { PeerConnection as Peer, type PeerConnection, type Track, Video } from 'node-datachannel';
import { describeSfu, dtlsParametersOf, type MediaSection, udpCandidates } from './sdp.ts';

/** How long ICE and DTLS may take, in ms. */
const connectWithinMs = 30_000;

/**
 * A WebRTC endpoint without a browser, at one transport of an SFU: raw RTP over real ICE, DTLS and SRTP. It neither
 * encodes nor decodes, asks for no retransmission and tells nothing of its bandwidth, so that hundreds fit into a process.
 *
 * The native objects are kept as long as the peer is: else they would be collected under way.
 */
export class MediaPeer implements Disposable {
  /** In the order in which they were asked for. */
  readonly tracks: readonly Track[];
  /** What the SFU is to be told before `connect`, as it drops the DTLS of strangers. */
  readonly dtlsParameters: DtlsParameters;
  readonly #peer: PeerConnection;
  readonly #candidates: readonly string[];

  private constructor(
    peer: PeerConnection,
    tracks: readonly Track[],
    sdp: string,
    options: TransportOptions,
  ) {
    this.#peer = peer;
    this.tracks = tracks;
    this.dtlsParameters = dtlsParametersOf(sdp);
    this.#candidates = udpCandidates(options);
  }

  /** A peer that sends one track of video for each of these. Its own address is `address`. */
  static async sending(
    options: TransportOptions,
    videos: readonly RtpParameters[],
    address = '127.0.0.1',
  ): Promise<MediaPeer> {
    const peer = new Peer('sending', { iceServers: [], bindAddress: address });
    const tracks = videos.map(({ codecs, encodings }, mid) => {
      const video = new Video(`${mid}`, 'SendOnly');
      for (const { payloadType, mimeType } of codecs) {
        video.addVideoCodec(payloadType, mimeType.split('/')[1] ?? '');
      }
      for (const { ssrc } of encodings ?? []) if (ssrc !== undefined) video.addSSRC(ssrc, 'sending');
      return peer.addTrack(video);
    });
    const sdp = await gathered(peer, () => peer.setLocalDescription('offer'));
    const sections = videos.map(({ codecs }) => section('video', codecs, undefined));
    peer.setRemoteDescription(describeSfu(options, 'passive', sections), 'answer');
    return new MediaPeer(peer, tracks, sdp, options);
  }

  /** A peer that takes these from the SFU, whose consumers say what they are like. */
  static async receiving(
    options: TransportOptions,
    consumers: readonly { kind: 'audio' | 'video'; rtpParameters: RtpParameters }[],
    address = '127.0.0.1',
  ): Promise<MediaPeer> {
    const peer = new Peer('receiving', { iceServers: [], bindAddress: address });
    const tracks: Track[] = [];
    peer.onTrack(track => tracks.push(track));
    const sections = consumers.map(({ kind, rtpParameters: { codecs, encodings } }) =>
      section(kind, codecs, encodings?.[0]?.ssrc),
    );
    const sdp = await gathered(peer, () =>
      peer.setRemoteDescription(describeSfu(options, 'actpass', sections), 'offer'),
    );
    if (tracks.length < consumers.length) throw new Error('The peer did not take all tracks.');
    tracks.sort((a, b) => Number(a.mid()) - Number(b.mid()));
    return new MediaPeer(peer, tracks, sdp, options);
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
    for (const candidate of this.#candidates) this.#peer.addRemoteCandidate(candidate, '0');
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
