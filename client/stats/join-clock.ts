import { pause } from '../connection/backoff.ts';
import { countFrames } from './report.ts';

const pollMs = 50;
const patienceMs = 15_000;

/** Measures how long people wait: from the call of `join` to its answer and to the first picture of another. */
export class JoinClock {
  readonly #start = performance.now();
  #answered: number | undefined;
  #firstFrame: number | undefined;

  get joinMs(): { answered: number | undefined; firstFrame: number | undefined } {
    return { answered: this.#answered, firstFrame: this.#firstFrame };
  }

  answered(): void {
    this.#answered ??= performance.now() - this.#start;
  }

  /** Looks for the first decoded frame until it comes, `signal` aborts or nobody sends one for too long. */
  async watchFirstFrame(
    receive: () => Promise<RTCStatsReport> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted && performance.now() - this.#start < patienceMs) {
      try {
        const report = await receive();
        if (report && countFrames(report) > 0) {
          this.#firstFrame = performance.now() - this.#start;
          return;
        }
      } catch {
        // The transport was closed; the next one may have it.
      }
      await pause(pollMs, signal);
    }
  }
}
