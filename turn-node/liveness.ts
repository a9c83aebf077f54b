import type { Health, Logger } from '@parley/telemetry';
import { answersStun } from './stun-probe.ts';

/** How often coturn is asked: while it does not answer, and while it does, in ms. */
const eagerMs = 250;
const calmMs = 2_000;
const answerMs = 1_000;
/** A coturn that was silent for so long does not come back by itself, in ms. */
const hopelessMs = 30_000;
/** One lost question is no silence. */
const questions = 3;

export interface LivenessOptions {
  ips: readonly string[];
  port: number;
  log: Logger;
}

/** Whether coturn answers on each of its addresses, asked with STUN as a client would. */
export class Liveness {
  readonly #options: LivenessOptions;
  #answers = false;
  #silentSince = performance.now();
  #missed = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Counts deaths: an answer from before one says nothing. */
  #deaths = 0;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  get answers(): boolean {
    return this.#answers;
  }

  get health(): Health {
    if (this.#answers || performance.now() - this.#silentSince < hopelessMs) return { ok: true };
    return { ok: false, reason: `coturn has not answered for ${hopelessMs / 1_000} seconds.` };
  }

  start(): void {
    this.#silentSince = performance.now();
    void this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Says that coturn is gone, which need not be asked. */
  died(): void {
    this.#deaths += 1;
    this.#fallSilent();
    this.#askIn(eagerMs);
  }

  async #ask(): Promise<void> {
    const { ips, port, log } = this.#options;
    const deaths = this.#deaths;
    const answers = await Promise.all(ips.map(ip => answersStun(ip, port, answerMs)));
    if (this.#stopped) return;
    if (deaths === this.#deaths) {
      if (answers.every(Boolean)) {
        if (!this.#answers) log.info('coturn answers');
        this.#answers = true;
        this.#missed = 0;
      } else if (this.#answers) {
        this.#missed += 1;
        if (this.#missed >= questions) {
          log.error('coturn runs but does not answer');
          this.#fallSilent();
        }
      }
    }
    const calm = this.#answers && this.#missed === 0;
    this.#askIn(calm ? calmMs : eagerMs);
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  #fallSilent(): void {
    if (!this.#answers) return;
    this.#answers = false;
    this.#missed = 0;
    this.#silentSince = performance.now();
  }
}
