import { RefusalError, type SfuInstance, type SfuPlace } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { Peer, type PeerOptions } from './peer.ts';
import { SfuCalls } from './sfu-calls.ts';

export interface PeersOptions {
  /** This SFU. */
  own: SfuInstance;
  token: string;
  /** How many there are at most. */
  limit: number;
  /** For how long one is kept in touch with that nothing is received from any more, in ms. */
  lingerMs?: number;
  /** As for `Peer`. */
  isAlive: PeerOptions['isAlive'];
  giveUpMs?: number;
  log: Logger;
}

/** An SFU that somebody uses, until it is released. */
export interface PeerUse {
  readonly peer: Peer;
  release(): void;
}

/** The SFUs that this one receives producers from. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #lingerMs: number;
  readonly #calls: SfuCalls;
  readonly #peers = new Map<SfuInstance, { peer: Peer; uses: number; end: NodeJS.Timeout | undefined }>();
  #changed = () => {};

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#lingerMs = options.lingerMs ?? 10_000;
    this.#calls = new SfuCalls(options.token);
  }

  /** Calls `listener` whenever `cutOff` is another list. */
  onChanged(listener: () => void): void {
    this.#changed = listener;
  }

  get all(): Peer[] {
    return Array.from(this.#peers.values(), ({ peer }) => peer);
  }

  /** Those that were not reached for `cutOffMs`. */
  get cutOff(): SfuInstance[] {
    return this.all.filter(({ cutOff }) => cutOff).map(({ instance }) => instance);
  }

  /** An SFU that was met. @throws RefusalError `not_found` if it has ended, `unavailable` if it cannot be reached. */
  async use(place: SfuPlace): Promise<PeerUse> {
    if (place.instance === this.#options.own) {
      throw new RefusalError('not_found', 'This track is not on this media server any more.');
    }
    const entry = this.#peers.get(place.instance) ?? this.#add(place);
    entry.uses++;
    clearTimeout(entry.end);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      if (--entry.uses > 0 || entry.peer.closed) return;
      entry.end = setTimeout(() => this.#remove(entry.peer), this.#lingerMs).unref();
    };
    try {
      await entry.peer.met();
      return { peer: entry.peer, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    for (const { peer, end } of this.#peers.values()) {
      clearTimeout(end);
      peer.close();
    }
    this.#peers.clear();
    this.#calls.close();
  }

  #add(place: SfuPlace) {
    const { own, limit, isAlive, giveUpMs, log } = this.#options;
    if (this.#peers.size >= limit) {
      throw new RefusalError('unavailable', `This SFU receives from ${limit} others, which is all it can.`);
    }
    const peer = new Peer({
      own,
      place,
      calls: this.#calls,
      log,
      isAlive,
      giveUpMs,
      changed: () => this.#changed(),
      closed: () => this.#remove(peer),
    });
    const entry = { peer, uses: 0, end: undefined };
    this.#peers.set(place.instance, entry);
    return entry;
  }

  #remove(peer: Peer): void {
    const entry = this.#peers.get(peer.instance);
    if (entry?.peer !== peer) return;
    clearTimeout(entry.end);
    this.#peers.delete(peer.instance);
    peer.close();
  }
}
