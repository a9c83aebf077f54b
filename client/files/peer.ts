import type { FileSignal } from '@parley/protocol';

type WithoutAddress<S> = S extends unknown ? Omit<S, 'about' | 'transfer'> : never;

/** What the two sides of a transfer say to each other. */
export type FileStep = WithoutAddress<FileSignal>;

/** What they say to make a peer connection. */
export type PeerStep = Extract<FileStep, { step: 'description' | 'candidates' }>;

export interface PeerHandlers {
  /** Says it to the other side. @throws RefusalError if that cannot be told. */
  tell(step: PeerStep): Promise<void>;
  opened(channel: RTCDataChannel): void;
  failed(reason: 'noPath' | 'lost' | 'unreachable'): void;
}

/** A way that is not there after so many ms is not found any more. */
const searchMs = 30_000;
/** So many candidates fit into one signal. */
const maxCandidates = 32;

/** One data channel between two browsers. The sender of the file begins. */
export class FilePeer {
  readonly #connection: RTCPeerConnection;
  readonly #handlers: PeerHandlers;
  /** What the other side says is taken in one after the other. */
  #taking: Promise<void> = Promise.resolve();
  #candidates: RTCIceCandidate[] = [];
  #telling = false;
  #described = false;
  #opened = false;
  #closed = false;
  #search: ReturnType<typeof setTimeout> | undefined;

  constructor(iceServers: RTCIceServer[], handlers: PeerHandlers) {
    this.#handlers = handlers;
    this.#connection = new RTCPeerConnection({ iceServers });
    this.#connection.onicecandidate = ({ candidate }) => {
      if (!candidate || candidate.candidate === '') return;
      this.#candidates.push(candidate);
      void this.#tellCandidates();
    };
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === 'failed') this.#fail(this.#opened ? 'lost' : 'noPath');
    };
    this.#connection.ondatachannel = ({ channel }) => this.#use(channel);
  }

  /** Looks for a way to the other side. */
  begin(): void {
    this.#use(this.#connection.createDataChannel('file'));
    this.#work(async () => this.#describe(await this.#connection.createOffer()));
  }

  /** The other side said so. */
  take(step: PeerStep): void {
    if (step.step === 'description') this.#work(() => this.#heed(step.description));
    if (step.step !== 'candidates') return;
    for (const candidate of step.candidates) {
      // One that this browser cannot read may be followed by one that it can.
      this.#work(() => this.#connection.addIceCandidate(candidate).catch(() => undefined));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#search);
    this.#connection.close();
  }

  async #heed(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(description);
    if (description.type === 'offer') await this.#describe(await this.#connection.createAnswer());
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    this.#search ??= setTimeout(() => this.#fail('noPath'), searchMs);
    await this.#connection.setLocalDescription(description);
    const { type, sdp = '' } = description;
    if (type !== 'offer' && type !== 'answer') return;
    await this.#tell({ step: 'description', description: { type, sdp } });
    this.#described = true;
    await this.#tellCandidates();
  }

  /** While some are told, others gather, so that a few signals are enough. */
  async #tellCandidates(): Promise<void> {
    if (!this.#described || this.#telling) return;
    this.#telling = true;
    while (this.#candidates.length > 0 && !this.#closed) {
      const candidates = this.#candidates
        .splice(0, maxCandidates)
        .map(({ candidate, sdpMid, sdpMLineIndex }) => ({ candidate, sdpMid, sdpMLineIndex }));
      await this.#tell({ step: 'candidates', candidates });
    }
    this.#telling = false;
  }

  async #tell(step: PeerStep): Promise<void> {
    try {
      if (!this.#closed) await this.#handlers.tell(step);
    } catch {
      this.#fail('unreachable');
    }
  }

  #work(work: () => Promise<void>): void {
    this.#taking = this.#taking.then(async () => {
      try {
        if (!this.#closed) await work();
      } catch {
        // What the other side said cannot be understood.
        this.#fail('noPath');
      }
    });
  }

  /** One channel, however many the other side opens. */
  #use(channel: RTCDataChannel): void {
    if (this.#opened) {
      channel.close();
      return;
    }
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      if (this.#opened || this.#closed) return;
      this.#opened = true;
      clearTimeout(this.#search);
      this.#handlers.opened(channel);
    };
    channel.onclose = () => this.#fail('lost');
  }

  #fail(reason: 'noPath' | 'lost' | 'unreachable'): void {
    if (this.#closed) return;
    this.close();
    this.#handlers.failed(reason);
  }
}
