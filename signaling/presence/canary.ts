import { redisChannels } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';

export const canaryMs = 1000;
/** A replica that has not heard what it said so long ago is deaf, in ms. */
export const deafAfterMs = 3000;
/** Messages that are waited for at most; a deaf replica loses them anyway. */
const maxWaiting = 60;

/**
 * Tells whether this replica hears what is said in Redis: it says numbers on a channel of its own, by the connections
 * that room events take, and listens for them.
 */
export class Canary {
  readonly #publisher: RedisClient;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #heard: (seconds: number) => void;
  readonly #missed: () => void;
  /** When those numbers were said that have not been heard, the oldest first. */
  readonly #waiting = new Map<number, number>();
  #number = 0;
  #everHeard = false;
  /** The connection was gone since something was heard. */
  #interrupted = false;
  #deafSince: number | undefined;

  /** `heard` is told how long each message took, in seconds; `missed` that messages arrive again, and some before did not. */
  constructor(of: {
    publisher: RedisClient;
    subscriber: RedisClient;
    replica: string;
    log: Logger;
    heard: (seconds: number) => void;
    missed: () => void;
  }) {
    this.#publisher = of.publisher;
    this.#channel = redisChannels.canary(of.replica);
    this.#log = of.log;
    this.#heard = of.heard;
    this.#missed = of.missed;
    of.subscriber.on('close', () => {
      this.#interrupted = true;
    });
    of.subscriber.subscribe(this.#channel).catch(() => {});
    of.subscriber.on('message', (channel: string, message: string) => {
      if (channel === this.#channel) this.#hear(Number(message), performance.now());
    });
  }

  /** Says the next number. */
  speak(now = performance.now()): void {
    this.#number++;
    if (this.#waiting.size < maxWaiting) this.#waiting.set(this.#number, now);
    this.#publisher.publish(this.#channel, `${this.#number}`).catch(() => {});
    if (!this.deaf(now) || this.#deafSince !== undefined) return;
    this.#deafSince = now;
    this.#log.warn('deaf: what replicas tell each other through Redis does not arrive here');
  }

  /** Whether the last numbers were not heard in time, or none ever was. */
  deaf(now = performance.now()): boolean {
    const [oldest] = this.#waiting.values();
    return oldest === undefined ? !this.#everHeard : now - oldest > deafAfterMs;
  }

  /** Whether all is as it should be. */
  hears(now = performance.now()): boolean {
    return this.#everHeard && !this.deaf(now);
  }

  #hear(number: number, now: number): void {
    const said = this.#waiting.get(number);
    let lost = this.#interrupted && this.#everHeard;
    this.#interrupted = false;
    for (const waiting of this.#waiting.keys()) {
      if (waiting < number) lost ||= this.#everHeard;
      if (waiting <= number) this.#waiting.delete(waiting);
    }
    if (lost) this.#missed();
    if (said === undefined) return;
    this.#heard((now - said) / 1000);
    // One that is late says nothing good of those that follow it.
    if (now - said > deafAfterMs) return;
    this.#everHeard = true;
    if (this.#deafSince === undefined) return;
    this.#log.info({ seconds: Math.round((now - this.#deafSince) / 1000) }, 'hears other replicas again');
    this.#deafSince = undefined;
  }
}
