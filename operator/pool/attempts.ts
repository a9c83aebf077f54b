import { backoffMs } from '../runtime/backoff.ts';
import type { PodsProblem } from './exposer.ts';

interface Failure {
  template: string;
  count: number;
  /** When the next attempt may be made, in milliseconds. */
  until: number;
  problem: PodsProblem;
}

const limits = { firstMs: 1_000, longestMs: 60_000 };
/** After how long without a failure those before do not count any more, in ms. */
const forgivenMs = 600_000;

/** When pods that could not be made, or ended at once, are tried again: later each time, and at once in another way. */
export class Attempts {
  readonly #failures = new Map<string, Failure>();

  /** What keeps pods of this kind from being made now, and for how many milliseconds. */
  pause(kind: string, template: string, now: number): { problem: PodsProblem; waitMs: number } | undefined {
    const failure = this.#failures.get(kind);
    if (failure?.template !== template || now >= failure.until) return undefined;
    return { problem: failure.problem, waitMs: failure.until - now };
  }

  /** @returns after how many milliseconds to try again. */
  failed(kind: string, template: string, problem: PodsProblem, now: number): number {
    const before = this.#failures.get(kind);
    const isAgain = before?.template === template && now - before.until < forgivenMs;
    const count = isAgain ? before.count + 1 : 1;
    const waitMs = backoffMs(count, limits);
    this.#failures.set(kind, { template, count, until: now + waitMs, problem });
    return waitMs;
  }

  succeeded(kind: string): void {
    this.#failures.delete(kind);
  }
}
