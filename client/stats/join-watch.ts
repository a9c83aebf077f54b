import type { JoinReport } from '@parley/protocol';
import { JoinClock } from './join-clock.ts';

export interface JoinWatchSources {
  /** Figures of what is received, once there are pictures among it. */
  received(): Promise<RTCStatsReport> | undefined;
  /** Whether the server wants to know how the join went. */
  wanted(): boolean;
  tell(report: JoinReport): void;
}

/** Follows a call's join from the click to the first picture, and has the server told once. */
export class JoinWatch {
  readonly #sources: JoinWatchSources;
  #clock = new JoinClock();
  #watching = new AbortController();

  constructor(sources: JoinWatchSources) {
    this.#sources = sources;
  }

  /** Of the join that was begun last. */
  get clock(): JoinClock {
    return this.#clock;
  }

  /** The click. */
  begin(): JoinClock {
    this.#clock = new JoinClock();
    return this.#clock;
  }

  /** Looks for the first picture, unless it has come, and reports. */
  async watch(): Promise<void> {
    this.end();
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    if (this.#clock.joinMs.firstFrame !== undefined) return;
    await this.#clock.watchFirstFrame(this.#sources.received, signal);
    if (!signal.aborted) this.report();
  }

  /** The server is told what there is to tell by now. */
  report(): void {
    const report = this.#sources.wanted() ? this.#clock.report() : undefined;
    if (report) this.#sources.tell(report);
  }

  /** The first picture is of no interest any more. */
  end(): void {
    this.#watching.abort();
  }
}
