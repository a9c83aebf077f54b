import { kindOfSource, MediaSource } from '@parley/protocol';
import { chooseSending } from '../media/encodings.ts';
import type { VideoCodec } from '../types.ts';
import { askForSound, type OpusParameters } from './description.ts';
import type { Stream } from './since.ts';

/** What two say to each other to find a way between them. */
export type PeerStep =
  | { step: 'description'; description: { type: 'offer' | 'answer'; sdp: string } }
  | { step: 'candidates'; candidates: Candidate[] };
type Candidate = { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null };

export interface PeerOptions {
  iceServers: RTCIceServer[];
  videoCodec: VideoCodec;
}

export interface PeerHandlers {
  /** Says it to the other. @throws RefusalError if they cannot be told. */
  tell(step: PeerStep): Promise<void>;
  connected(): void;
  /** There is no way, or not any more. */
  failed(): void;
}

/** What is sent of a source. */
export interface Sent {
  track: MediaStreamTrack;
  /** Somebody looks at it. */
  seen: boolean;
}

/** In the order of the media sections that carry them. */
const sources = MediaSource.options;

/** So many candidates fit into one signal. */
const mostCandidates = 32;

/** What is asked for where nothing else is known: who speaks is silent at times, and a screen has music. */
const usualSound: Partial<Record<MediaSource, OpusParameters>> = {
  microphone: { stereo: false, usedtx: true },
  'screen-audio': { stereo: true, usedtx: false },
};

/**
 * A peer connection between two participants, with one media section in both directions for each source. Whatever begins, is muted or ends
 * only changes what a section carries, so that one offer and one answer are enough for all of its life.
 */
export class Peer {
  readonly #connection: RTCPeerConnection;
  readonly #options: PeerOptions;
  readonly #handlers: PeerHandlers;
  readonly #sent = new Map<MediaSource, Sent>();
  /** What the other says, and what is to be sent, is seen to one after the other. */
  #working: Promise<void> = Promise.resolve();
  #candidates: Candidate[] = [];
  #described = false;
  #telling = false;
  #closed = false;

  constructor(options: PeerOptions, handlers: PeerHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { iceServers } = options;
    this.#connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    this.#connection.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { sdpMid, sdpMLineIndex } = candidate;
      this.#candidates.push({ candidate: candidate.candidate, sdpMid, sdpMLineIndex });
      void this.#tellCandidates();
    });
    this.#connection.addEventListener('connectionstatechange', () => this.#stateChanged());
  }

  /** Looks for a way to the other. */
  begin(): void {
    this.#work(async () => {
      for (const source of sources) this.#connection.addTransceiver(kindOfSource[source]);
      await this.#prepare();
      await this.#describe('offer');
    });
  }

  /** The other said so. */
  take(step: PeerStep): void {
    this.#work(async () => {
      if (step.step === 'description') return this.#heed(step.description);
      for (const candidate of step.candidates) {
        // One that this browser cannot read may be followed by one that it can.
        await this.#connection.addIceCandidate(candidate).catch(() => {});
      }
    });
  }

  /** Sends this from now on; without, nothing of the source. The track stays the caller's. */
  send(source: MediaSource, sent: Sent | undefined): void {
    const before = this.#sent.get(source);
    if (before?.track === sent?.track && before?.seen === sent?.seen) return;
    if (sent) this.#sent.set(source, sent);
    else this.#sent.delete(source);
    if (this.#transceiver(source)) this.#work(() => this.#fill(source));
  }

  receiver(source: MediaSource): RTCRtpReceiver | undefined {
    return this.#transceiver(source)?.receiver;
  }

  /** How a source comes, once there is a way. */
  stream(source: MediaSource): Stream | undefined {
    const receiver = this.receiver(source);
    const isClosed = () => this.closed;
    return receiver && { kind: kindOfSource[source], isClosed, getStats: () => receiver.getStats() };
  }

  /** Under which webrtc-stats know what is received of a source. */
  mid(source: MediaSource): string | undefined {
    return this.#transceiver(source)?.mid ?? undefined;
  }

  /** Whether nothing can come any more. */
  get closed(): boolean {
    return this.#closed || this.#connection.connectionState === 'closed';
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  #transceiver(source: MediaSource): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers()[sources.indexOf(source)];
  }

  async #heed(description: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
    const { type } = description;
    const microphone = this.#sent.get('microphone')?.track.contentHint === 'music';
    // Who sends knows best what it is.
    const sdp = microphone
      ? askForSound(description.sdp, sources.indexOf('microphone'), { stereo: true, usedtx: false })
      : description.sdp;
    await this.#connection.setRemoteDescription({ type, sdp });
    if (type === 'answer') return;
    const all = this.#connection.getTransceivers();
    if (all.length !== sources.length) throw new Error('The other has other media sections.');
    for (const transceiver of all) transceiver.direction = 'sendrecv';
    await this.#prepare();
    await this.#describe('answer');
  }

  async #prepare(): Promise<void> {
    for (const source of sources) {
      if (kindOfSource[source] === 'video') this.#preferCodec(source);
      await this.#fill(source);
    }
  }

  /** What the browser cannot do is done without: the two agree on what both can. */
  #preferCodec(source: MediaSource): void {
    const wanted = `video/${this.#options.videoCodec}`;
    const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    const isWanted = ({ mimeType }: RTCRtpCodec) => mimeType.toLowerCase() === wanted;
    const others = codecs.filter(codec => !isWanted(codec));
    this.#transceiver(source)?.setCodecPreferences([...codecs.filter(isWanted), ...others]);
  }

  async #fill(source: MediaSource): Promise<void> {
    const sender = this.#transceiver(source)?.sender;
    if (!sender) return;
    const sent = this.#sent.get(source);
    await sender.replaceTrack(sent?.track ?? null);
    if (!sent) return;
    const parameters = sender.getParameters();
    const { width, height } = sent.track.getSettings();
    // As large as the largest layer that the SFU gets: the browser finds out what the way can take.
    const music = sent.track.contentHint === 'music';
    const { maxBitrate } = chooseSending(source, { width, height, music }).encodings.at(-1) ?? {};
    for (const encoding of parameters.encodings) {
      encoding.active = sent.seen;
      if (maxBitrate !== undefined) encoding.maxBitrate = maxBitrate;
    }
    await sender.setParameters(parameters);
  }

  async #describe(type: 'offer' | 'answer'): Promise<void> {
    const made = await (type === 'offer' ? this.#connection.createOffer() : this.#connection.createAnswer());
    const sdp = sources.reduce((text, source, place) => {
      const wanted = usualSound[source];
      return wanted ? askForSound(text, place, wanted) : text;
    }, made.sdp ?? '');
    await this.#connection.setLocalDescription({ type, sdp });
    await this.#handlers.tell({ step: 'description', description: { type, sdp } });
    this.#described = true;
    void this.#tellCandidates();
  }

  /** While some are told, others gather, so that a few signals are enough. */
  async #tellCandidates(): Promise<void> {
    if (!this.#described || this.#telling) return;
    this.#telling = true;
    try {
      while (this.#candidates.length > 0 && !this.#closed) {
        await this.#handlers.tell({
          step: 'candidates',
          candidates: this.#candidates.splice(0, mostCandidates),
        });
      }
    } catch {
      this.#failed();
    }
    this.#telling = false;
  }

  #stateChanged(): void {
    const { connectionState } = this.#connection;
    if (this.#closed) return;
    if (connectionState === 'connected') this.#handlers.connected();
    // It might come back. The SFU is there already.
    else if (['disconnected', 'failed', 'closed'].includes(connectionState)) this.#failed();
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#working.then(async () => {
      try {
        if (!this.#closed) await work();
      } catch {
        // What the other said cannot be understood, or they cannot be told.
        this.#failed();
      }
    });
  }

  #failed(): void {
    if (!this.#closed) this.#handlers.failed();
  }
}
