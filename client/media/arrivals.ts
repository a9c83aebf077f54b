import type { ProducerId } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { pause } from '../connection/backoff.ts';

/** Between two looks at what has not arrived, in ms: browsers do not tell when the first frame is decoded. */
const lookMs = 50;

/** A picture is steady from so many decoded frames on: browsers hold the ones behind the first back while they fill their buffer. */
const steadyFrames = 5;

/** What shows a frame and then no more for so long, in ms, is a picture that stands still by itself, as a shared screen may. */
const stillMs = 500;

/**
 * Where only the loudest are heard, nothing comes of most sounds. For how long one is waited for, in ms, from the moment on at which something else
 * came over the same link.
 */
const silentMs = 3_000;

export type Arriving = Pick<types.Consumer, 'getStats' | 'closed' | 'kind'>;

/** Finds out when pictures come steadily and when the first packet of a sound is there, or that none is to be expected. */
export class Arrivals {
  readonly #arrived = new WeakSet<Arriving>();
  /** When something of it was first seen, in ms. */
  readonly #begun = new WeakMap<Arriving, number>();
  /** Since when it was waited for while the link brought others, in ms. */
  readonly #missed = new WeakMap<Arriving, number>();
  /** Whether the link is known to bring something. */
  #flows = false;
  readonly #waiting = new Map<ProducerId, Arriving>();
  readonly #changed: () => void;
  #running = false;

  /** `changed` is called when something arrived. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  has(consumer: Arriving | undefined): boolean {
    return consumer !== undefined && this.#arrived.has(consumer);
  }

  /** Looks out for these and for nothing else. */
  watch(consumers: Iterable<readonly [ProducerId, Arriving]>): void {
    this.#waiting.clear();
    this.#flows = false;
    for (const [producer, consumer] of consumers) {
      if (this.#arrived.has(consumer)) this.#flows = true;
      else this.#waiting.set(producer, consumer);
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.size > 0) {
      const looks = await Promise.all([...this.#waiting].map(([id, consumer]) => this.#look(id, consumer)));
      if (looks.includes(true)) this.#changed();
      await pause(lookMs);
    }
    this.#running = false;
  }

  async #look(id: ProducerId, consumer: Arriving): Promise<boolean> {
    const share = consumer.closed ? 0 : await consumer.getStats().then(shareArrived, () => 0);
    const now = performance.now();
    if (share > 0 && !this.#begun.has(consumer)) this.#begun.set(consumer, now);
    if (this.#flows && !this.#missed.has(consumer)) this.#missed.set(consumer, now);
    const still = now - (this.#begun.get(consumer) ?? now) >= stillMs;
    const silent = consumer.kind === 'audio' && now - (this.#missed.get(consumer) ?? now) >= silentMs;
    const arrived = share >= 1 || still || silent;
    if (arrived) this.#arrived.add(consumer);
    if (share > 0) this.#flows = true;
    if ((arrived || consumer.closed) && this.#waiting.get(id) === consumer) this.#waiting.delete(id);
    return arrived;
  }
}

/** How much there is of what makes it steady, by W3C webrtc-stats: 0 for nothing, from 1 on it is. */
function shareArrived(report: RTCStatsReport): number {
  for (const stats of report.values()) {
    if (stats.type !== 'inbound-rtp') continue;
    return stats.kind === 'video' ? stats.framesDecoded / steadyFrames : stats.packetsReceived;
  }
  return 0;
}
