import { type DirectLinkId, MediaSource, type ParticipantId, type ProducerId } from '@parley/protocol';
import type { SignalAbout } from '../connection/signals.ts';
import { HandOver } from './hand-over.ts';
import { Peer, type PeerOptions, type PeerStep } from './peer.ts';
import { Said } from './said.ts';
import { flows, type Scene } from './scene.ts';
import { Stall } from './stall.ts';

type DirectSignal = SignalAbout<'direct'>;

/** In ms: a way that is not there by then is not found any more. */
const seekMs = 10_000;
/** In ms: how long what was received directly is waited for on its other way; and for how long if the other is away from signaling. */
const returnMs = { usual: 10_000, away: 20_000 };
/** How often a link is looked at, in ms. */
const lookMs = 250;
export interface DirectLinkHandlers {
  /** Has the other told. @throws RefusalError */
  tell(signal: DirectSignal): Promise<void>;
  /** Something is shown otherwise, or goes another way. */
  changed(): void;
  /** Looks at how loud the two are. */
  measure(report: RTCStatsReport): void;
  /** It is over, as it did not work or because it is not wanted any more. */
  closed(failed: boolean): void;
}

type State = 'seeking' | 'up' | 'ending' | 'closed';

/**
 * One way between the two who are alone in a room. Nothing is taken from the SFU before it has arrived here, and nothing ends here before it
 * has arrived from the SFU.
 */
export class DirectLink {
  readonly id: DirectLinkId;
  readonly other: ParticipantId;
  readonly #handlers: DirectLinkHandlers;
  readonly #peer: Peer;
  #scene: Scene;
  #state: State = 'seeking';
  #failed = false;
  #unwanted = false;
  readonly #handOver: HandOver;
  /** What the other said of what one sends. */
  #theirs: { producerIds: ReadonlySet<ProducerId>; unseen: ReadonlySet<ProducerId> } | undefined;
  #otherEnded = false;
  #upSince: number | undefined;
  readonly #said = new Said();
  readonly #stall = new Stall();
  #deadline: ReturnType<typeof setTimeout>;
  #looking: ReturnType<typeof setInterval> | undefined;
  #busy = false;

  constructor(
    { id, other }: { id: DirectLinkId; other: ParticipantId },
    options: PeerOptions,
    scene: Scene,
    handlers: DirectLinkHandlers,
  ) {
    this.id = id;
    this.other = other;
    this.#scene = scene;
    this.#handlers = handlers;
    this.#peer = new Peer(options, {
      tell: step => this.#tell(step),
      connected: () => this.#connected(),
      failed: () => this.end('failed'),
    });
    this.#handOver = new HandOver(
      ({ source }) => this.#peer.stream(source),
      () => this.#see(),
    );
    this.#deadline = setTimeout(() => this.end('failed'), seekMs);
    this.#send();
  }

  get state(): State {
    return this.#state;
  }

  /** How long ago it began to work, in ms; 0 if it never did. */
  get upMs(): number {
    return this.#upSince === undefined ? 0 : performance.now() - this.#upSince;
  }

  /** Makes the offer. */
  begin(): void {
    this.#peer.begin();
  }

  /** The other said so. */
  take(signal: DirectSignal): void {
    switch (signal.step) {
      case 'description':
      case 'candidates':
        this.#peer.take(signal);
        break;
      case 'receiving':
        this.#theirs = { producerIds: new Set(signal.producerIds), unseen: new Set(signal.unseen) };
        this.#handlers.changed();
        break;
      case 'ended':
        this.#otherEnded = true;
        this.end('failed');
    }
    this.#see();
  }

  /** Things are otherwise. */
  look(scene: Scene): void {
    this.#scene = scene;
    this.#see();
  }

  /** Everything is to go through the SFU again, and the link ends once it does. `failed`: as nothing more is to be expected of it. */
  end(why: 'unwanted' | 'failed'): void {
    if (this.#state === 'closed') return;
    if (why === 'unwanted') this.#unwanted = true;
    else if (!this.#failed) {
      this.#failed = true;
      if (!this.#otherEnded) this.#tell({ step: 'ended' }).catch(() => {});
    }
    if (this.#state === 'seeking') {
      this.close();
      return;
    }
    if (this.#state === 'up') {
      this.#state = 'ending';
      this.#expire(returnMs.usual, returnMs.away);
      // What is received changes hands only when it has arrived.
      this.#handlers.changed();
    }
    this.#see();
  }

  close(): void {
    if (this.#state === 'closed') return;
    const wasUp = this.#state !== 'seeking';
    if (!this.#failed && !this.#otherEnded) this.#tell({ step: 'ended' }).catch(() => {});
    this.#state = 'closed';
    clearTimeout(this.#deadline);
    clearInterval(this.#looking);
    this.#handOver.close();
    this.#peer.close();
    if (wasUp) this.#handlers.changed();
    this.#handlers.closed(this.#failed && !this.#unwanted);
  }

  /** Whether nothing of a producer is wanted from the SFU. */
  covers(id: ProducerId): boolean {
    return this.#state === 'up' && this.#handOver.covers(id);
  }

  /** What comes this way of a producer, if that is to be shown. */
  track(id: ProducerId): MediaStreamTrack | undefined {
    const producer = this.#scene.theirs.find(one => one.id === id);
    const isOpen = this.#state === 'up' || this.#state === 'ending';
    if (!producer || producer.paused || !isOpen || !this.#handOver.shows(id)) return undefined;
    return this.#peer.receiver(producer.source)?.track;
  }

  /** Whether everything that is sent and received goes this way. */
  get carriesAll(): boolean {
    const [theirs, { own }] = [this.#theirs, this.#scene];
    if (this.#state !== 'up' || !theirs) return false;
    return (
      this.#scene.theirs.every(({ id }) => this.#handOver.has(id)) &&
      own.every(({ id, paused }) => paused || theirs.producerIds.has(id))
    );
  }

  receiver(source: MediaSource): RTCRtpReceiver | undefined {
    return this.#peer.receiver(source);
  }

  /** As `Side` of the call's stats. */
  get received(): { producerId: ProducerId; mid: string }[] {
    return this.#scene.theirs.flatMap(({ id: producerId, source }) => {
      const mid = this.#handOver.has(producerId) ? this.#peer.mid(source) : undefined;
      return mid === undefined ? [] : [{ producerId, mid }];
    });
  }

  stats(): { direction: 'send' | 'receive'; report: Promise<RTCStatsReport> }[] {
    if (this.#state === 'seeking' || this.#state === 'closed') return [];
    const report = this.#peer.stats();
    return [
      { direction: 'send', report },
      { direction: 'receive', report },
    ];
  }

  #connected(): void {
    if (this.#state !== 'seeking') return;
    this.#state = 'up';
    this.#upSince = performance.now();
    clearTimeout(this.#deadline);
    this.#looking = setInterval(() => void this.#lookCloser(), lookMs);
    this.#see();
  }

  #see(): void {
    if (this.#state === 'closed') return;
    this.#send();
    if (this.#state === 'up') this.#takeOver();
    else if (this.#state === 'ending') this.#giveBack();
  }

  #send(): void {
    const { sent, own } = this.#scene;
    for (const source of MediaSource.options) {
      const media = sent.get(source);
      const ids = own.filter(one => one.source === source).map(({ id }) => id);
      const seen = ids.length === 0 || ids.some(id => !this.#theirs?.unseen.has(id));
      this.#peer.send(source, media && !media.paused ? { track: media.track, seen } : undefined);
    }
  }

  #takeOver(): void {
    const news = this.#handOver.take(this.#scene);
    this.#say();
    if (news) this.#handlers.changed();
  }

  /** Ends once all comes from the SFU, on both sides. */
  #giveBack(): void {
    const { news, done } = this.#handOver.give(this.#scene);
    if (news) this.#handlers.changed();
    if (!done) return;
    this.#say();
    const theirs = this.#theirs?.producerIds;
    const otherNeedsIt = !this.#failed && this.#scene.own.some(({ id }) => theirs?.has(id));
    if (!otherNeedsIt) this.close();
  }

  /** Says what is received. */
  #say(): void {
    const { theirs, isSeen } = this.#scene;
    const producerIds = this.#handOver.ids.slice(0, 8);
    const unseen = theirs
      .filter(({ id, kind, source }) => kind === 'video' && !isSeen(source) && producerIds.includes(id))
      .map(({ id }) => id);
    this.#said.say(JSON.stringify([producerIds, unseen]), () =>
      this.#tell({ step: 'receiving', producerIds, unseen }),
    );
  }

  /** Looks whether it still works, which browsers notice late. */
  async #lookCloser(): Promise<void> {
    if (this.#busy || this.#state === 'closed') return;
    this.#busy = true;
    try {
      if (this.#peer.closed) return this.end('failed');
      const report = await this.#peer.stats();
      const expected = this.#scene.theirs.some(
        one => one.source !== 'screen' && this.#handOver.has(one.id) && flows(one, this.#scene),
      );
      if (this.#stall.isOver(report, expected, performance.now())) this.end('failed');
      this.#handlers.measure(report);
      this.#see();
    } catch {
      // Closed meanwhile.
    } finally {
      this.#busy = false;
    }
  }

  #expire(ms: number, mostMs: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      // Who is away does not know yet that it is to end, and has nothing else.
      const isLeft = mostMs > ms && !this.#scene.otherConnected && !this.#failed;
      if (isLeft) this.#expire(mostMs - ms, mostMs - ms);
      else this.close();
    }, ms);
  }

  #tell(step: PeerStep | WithoutAddress<DirectSignal>): Promise<void> {
    return this.#handlers.tell({ about: 'direct', link: this.id, ...step } as DirectSignal);
  }
}

type WithoutAddress<S> = S extends unknown ? Omit<S, 'about' | 'link'> : never;
