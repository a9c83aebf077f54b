import type { ProducerId } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { pause } from '../connection/backoff.ts';

/** Between two looks at what has not arrived, in ms: browsers do not tell when the first frame is decoded. */
const lookMs = 50;

export type Arriving = Pick<types.Consumer, 'getStats' | 'closed'>;

/** Finds out when the first frame of a picture is decoded and the first packet of a sound is there. */
export class Arrivals {
  readonly #arrived = new WeakSet<Arriving>();
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
    for (const [producer, consumer] of consumers) {
      if (!this.#arrived.has(consumer)) this.#waiting.set(producer, consumer);
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
    const arrived = !consumer.closed && (await consumer.getStats().then(hasArrived, () => false));
    if (arrived) this.#arrived.add(consumer);
    if ((arrived || consumer.closed) && this.#waiting.get(id) === consumer) this.#waiting.delete(id);
    return arrived;
  }
}

/** By W3C webrtc-stats. */
function hasArrived(report: RTCStatsReport): boolean {
  for (const stats of report.values()) {
    if (stats.type !== 'inbound-rtp') continue;
    if (stats.kind === 'video' ? stats.framesDecoded > 0 : stats.packetsReceived > 0) return true;
  }
  return false;
}
