import { type ReportWish, reportPeriodMs } from '@parley/protocol';
import { pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import { reportOf } from './quality-report.ts';
import type { Sample } from './sample.ts';

export interface ReporterOptions {
  /** Undefined: there is none now. */
  sample(): Promise<Sample | undefined>;
  request: SendRequest;
  /** Whether requests can be sent now. */
  online(): boolean;
}

/** Tells the server how the call goes, as often as it asked for. What is not sent, refused or not answered is not sent again. */
export class Reporter {
  readonly #options: ReporterOptions;
  #everyMs: number | undefined;
  #asked = new AbortController();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Whether the server wants to be told. */
  get wanted(): boolean {
    return this.#everyMs !== undefined;
  }

  /** What the server that is connected to wants, or that it wants nothing. */
  heed(wish: ReportWish | undefined): void {
    if (wish?.everyMs === this.#everyMs) return;
    this.close();
    this.#everyMs = wish?.everyMs;
    this.#asked = new AbortController();
    if (wish) void this.#run(wish.everyMs, this.#asked.signal);
  }

  close(): void {
    this.#asked.abort();
    this.#everyMs = undefined;
  }

  async #run(everyMs: number, signal: AbortSignal): Promise<void> {
    const { sample, request, online } = this.#options;
    let before: Sample | undefined;
    // Many who came at once do not all report at once.
    let ms = everyMs * (0.5 + Math.random() / 2);
    for (;;) {
      await pause(ms, signal);
      if (signal.aborted) return;
      ms = everyMs * (0.9 + Math.random() / 5);
      if (!online()) continue;
      const now = await sample();
      if (!now) continue;
      const report = before && reportOf(before, now);
      before = now;
      if (!report || report.periodMs > reportPeriodMs.most * 2 || !online()) continue;
      request('reportQuality', report).catch(() => {});
    }
  }
}
