import type { JoinReport } from '@parley/protocol';
import { pause } from '../connection/backoff.ts';
import type { JoinSteps } from '../types.ts';
import { countFrames } from './report.ts';

const pollMs = 50;
const patienceMs = 15_000;

/** The protocol's limit, in ms: what takes longer is no join. */
const mostMs = 600_000;

type Mark = keyof JoinSteps;

/** Measures how long people wait: from the call of `join` to its answer, to its media and to the first picture of another. */
export class JoinClock {
  readonly #start = performance.now();
  readonly #marks: { [M in Mark]?: number } = {};
  #said = false;

  get joinMs(): JoinSteps {
    const { connected, answered, mediaWanted, mediaConnected, firstFrame } = this.#marks;
    return { connected, answered, mediaWanted, mediaConnected, firstFrame };
  }

  /** Something was done for the first time. */
  mark(step: Mark): void {
    this.#marks[step] ??= this.#now();
  }

  /** Others kept one waiting, which is no matter of how fast joins are. */
  waited(): void {
    this.#said = true;
  }

  /** What the server is to be told, once. */
  report(): JoinReport | undefined {
    const { connected, answered, ...later } = this.#marks;
    const agoMs = this.#now();
    if (this.#said || connected === undefined || answered === undefined || agoMs > mostMs) return undefined;
    this.#said = true;
    return { agoMs, connected, answered, ...later };
  }

  /** Looks for the first decoded frame until it comes, `signal` aborts or nobody sends one for too long. */
  async watchFirstFrame(
    receive: () => Promise<RTCStatsReport> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted && this.#now() < patienceMs) {
      try {
        const report = await receive();
        if (report && countFrames(report) > 0) return this.mark('firstFrame');
      } catch {
        // The transport was closed; the next one may have it.
      }
      await pause(pollMs, signal);
    }
  }

  #now(): number {
    return performance.now() - this.#start;
  }
}
