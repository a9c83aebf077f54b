import {
  type DirectLinkId,
  kindOfSource,
  MediaSource,
  type ParticipantId,
  type Producer,
  type ProducerId,
} from '@parley/protocol';
import type { SignalAbout } from '../connection/signals.ts';
import { Arrivals, type Arriving } from '../media/arrivals.ts';
import type { SentMedia } from '../types.ts';
import { Peer, type PeerOptions, type PeerStep } from './peer.ts';
import { sinceNow } from './since.ts';
import { Stall } from './stall.ts';

type DirectSignal = SignalAbout<'direct'>;

/** In ms: a way that is not there by then is not found any more. */
const seekMs = 10_000;
/** In ms: how long what was received directly is waited for on its other way; and for how long if the other is away from signaling. */
const returnMs = { usual: 10_000, away: 20_000 };
/** How long a page is given to paint what has arrived on one way before the other may end, in ms. */
const paintMs = 500;
/** How often a link is looked at, in ms. */
const lookMs = 250;
/** How often it is said again what is received, as signals may be lost, in ms. */
const repeatMs = 10_000;
/** As often, while it cannot be said. */
const againMs = 1_000;

/** What a link is about, as it is at the moment. */
export interface Scene {
  /** What the other sends. */
  theirs: readonly Producer[];
  /** What one sends, as the room's state has it, and as it is. */
  own: readonly Producer[];
  sent: ReadonlyMap<MediaSource, SentMedia>;
  /** Whether anybody looks at this picture of the other. */
  isSeen(source: MediaSource): boolean;
  /** How the SFU brings a producer of the other. */
  consumer(
    id: ProducerId,
  ): (Pick<RTCRtpReceiver, 'getStats'> & { kind: string; closed: boolean }) | undefined;
  /** Whether the other is connected to signaling. */
  otherConnected: boolean;
}

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
  readonly #arrivals = new Arrivals(() => this.#see());
  #scene: Scene;
  #state: State = 'seeking';
  #failed = false;
  #unwanted = false;
  /** What comes this way, or would if it were not paused or out of sight, and since when, in ms. */
  #receives: ReadonlyMap<ProducerId, number> = new Map();
  /** How much of it is wanted from the SFU no more. */
  #covered = 0;
  readonly #arriving = new Map<ProducerId, Arriving>();
  /** The same from the SFU, since it is wanted from there again. */
  readonly #returning = new Map<ProducerId, Arriving>();
  #missing = Number.POSITIVE_INFINITY;
  /** Since when all of it comes from there. */
  #backSince: number | undefined;
  /** What the other said of what one sends. */
  #theirs: { producerIds: ReadonlySet<ProducerId>; unseen: ReadonlySet<ProducerId> } | undefined;
  #otherEnded = false;
  #said: { text: string; at: number; failed: boolean } | undefined;
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
    this.#deadline = setTimeout(() => this.end('failed'), seekMs);
    this.#send();
  }

  get state(): State {
    return this.#state;
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
      this.#expire(returnMs.usual);
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
    this.#arrivals.watch([]);
    this.#peer.close();
    if (wasUp) this.#handlers.changed();
    this.#handlers.closed(this.#failed && !this.#unwanted);
  }

  /** Whether nothing of a producer is wanted from the SFU. */
  covers(id: ProducerId): boolean {
    const since = this.#receives.get(id);
    return this.#state === 'up' && since !== undefined && performance.now() - since >= paintMs;
  }

  /** What comes this way of a producer, if that is to be shown. */
  track(id: ProducerId): MediaStreamTrack | undefined {
    const producer = this.#scene.theirs.find(one => one.id === id);
    if (!producer || producer.paused || !this.#receives.has(id)) return undefined;
    if (this.#state === 'ending' ? this.#isBack(producer) : this.#state !== 'up') return undefined;
    return this.#peer.receiver(producer.source)?.track;
  }

  /** Whether everything that is sent and received goes this way. */
  get carriesAll(): boolean {
    const [theirs, { own }] = [this.#theirs, this.#scene];
    if (this.#state !== 'up' || !theirs) return false;
    return (
      this.#scene.theirs.every(({ id }) => this.#receives.has(id)) &&
      own.every(({ id, paused }) => paused || theirs.producerIds.has(id))
    );
  }

  receiver(source: MediaSource): RTCRtpReceiver | undefined {
    return this.#peer.receiver(source);
  }

  /** As `Side` of the call's stats. */
  get received(): { producerId: ProducerId; mid: string }[] {
    return this.#scene.theirs.flatMap(({ id: producerId, source }) => {
      const mid = this.#receives.has(producerId) ? this.#peer.mid(source) : undefined;
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

  /** Receives here what has arrived. */
  #takeOver(): void {
    const { theirs } = this.#scene;
    for (const { id, source } of theirs) {
      const receiver = this.#peer.receiver(source);
      if (this.#arriving.has(id) || !receiver) continue;
      const isClosed = () => this.#peer.closed;
      this.#arriving.set(
        id,
        sinceNow({ kind: kindOfSource[source], isClosed, getStats: () => receiver.getStats() }),
      );
    }
    const isHere = (one: Producer) =>
      this.#receives.has(one.id) || !this.#flows(one) || this.#arrivals.has(this.#arriving.get(one.id));
    const [before, now] = [this.#receives, performance.now()];
    this.#receives = new Map(theirs.filter(isHere).map(({ id }) => [id, before.get(id) ?? now]));
    const covered = theirs.filter(({ id }) => this.covers(id)).length;
    const news =
      covered !== this.#covered ||
      before.size !== this.#receives.size ||
      [...before.keys()].some(id => !this.#receives.has(id));
    this.#covered = covered;
    this.#watch(
      theirs.filter(({ id }) => !this.#receives.has(id)),
      this.#arriving,
    );
    this.#say();
    if (news) this.#handlers.changed();
  }

  /** Ends once all comes from the SFU, on both sides. */
  #giveBack(): void {
    const shown = this.#scene.theirs.filter(one => this.#receives.has(one.id) && this.#flows(one));
    for (const { id } of shown) {
      const consumer = this.#scene.consumer(id);
      if (this.#returning.has(id) || !consumer) continue;
      const { kind } = consumer;
      const stream = { kind, isClosed: () => consumer.closed, getStats: () => consumer.getStats() };
      this.#returning.set(id, sinceNow(stream));
    }
    const missing = shown.filter(one => !this.#isBack(one));
    this.#watch(missing, this.#returning);
    if (missing.length < this.#missing) this.#handlers.changed();
    this.#missing = missing.length;
    if (missing.length > 0) return;
    this.#backSince ??= performance.now();
    if (performance.now() - this.#backSince < paintMs) return;
    this.#receives = new Map();
    this.#say();
    const theirs = this.#theirs?.producerIds;
    const otherNeedsIt = !this.#failed && this.#scene.own.some(({ id }) => theirs?.has(id));
    if (!otherNeedsIt) this.close();
  }

  #isBack({ id }: Producer): boolean {
    return this.#arrivals.has(this.#returning.get(id));
  }

  #flows({ paused, kind, source }: Producer): boolean {
    return !paused && (kind === 'audio' || this.#scene.isSeen(source));
  }

  #watch(producers: readonly Producer[], arriving: ReadonlyMap<ProducerId, Arriving>): void {
    this.#arrivals.watch(
      producers.flatMap(({ id }) => {
        const one = arriving.get(id);
        return one ? [[id, one] as const] : [];
      }),
    );
  }

  /** Says what is received, if that is news or the last time may have been lost. */
  #say(): void {
    const pictures = this.#scene.theirs.filter(({ id, kind }) => kind === 'video' && this.#receives.has(id));
    const producerIds = [...this.#receives.keys()].slice(0, 8);
    const unseen = pictures.filter(({ source }) => !this.#scene.isSeen(source)).map(({ id }) => id);
    const text = JSON.stringify([producerIds, unseen]);
    const now = performance.now();
    const known = this.#said;
    if (known?.text === text && now - known.at < (known.failed ? againMs : repeatMs)) return;
    const said = { text, at: now, failed: false };
    this.#said = said;
    this.#tell({ step: 'receiving', producerIds, unseen: unseen.slice(0, 8) }).catch(() => {
      said.failed = true;
    });
  }

  /** Looks whether it still works, which browsers notice late. */
  async #lookCloser(): Promise<void> {
    if (this.#busy || this.#state === 'closed') return;
    this.#busy = true;
    try {
      if (this.#peer.closed) return this.end('failed');
      const report = await this.#peer.stats();
      const expected = this.#scene.theirs.some(
        one => one.source !== 'screen' && this.#receives.has(one.id) && this.#flows(one),
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

  #expire(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      // Who is away does not know yet that it is to end, and has nothing else.
      if (ms === returnMs.usual && !this.#scene.otherConnected && !this.#failed) {
        this.#expire(returnMs.away - returnMs.usual);
      } else this.close();
    }, ms);
  }

  #tell(step: PeerStep | WithoutAddress<DirectSignal>): Promise<void> {
    return this.#handlers.tell({ about: 'direct', link: this.id, ...step } as DirectSignal);
  }
}

type WithoutAddress<S> = S extends unknown ? Omit<S, 'about' | 'link'> : never;
