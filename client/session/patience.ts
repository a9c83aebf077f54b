import type { RefusalError } from '@parley/protocol';
import { backoffMs, politePauseMs } from '../connection/backoff.ts';

/** How long joining, waiting one's turn, and repairing a call, is tried before it is given up, in ms. */
export const patience = { joinMs: 60_000, turnMs: 600_000, repairMs: 120_000 };

/** How often somebody in a lobby asks by themselves, as the word that they are let in may be lost, in ms. */
const lobbyMs = 20_000;

/** Decides, after every attempt that failed, whether there is another one and how long to wait before it. */
export class Patience {
  readonly #ms: number;
  readonly #now: () => number;
  #start: number;
  /** Until then, the server itself asked to wait. */
  #lastTurn: number;
  #failures = 0;

  /** `ms` is how long attempts go on; `now` is a clock in ms. */
  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#now = now;
    this.#start = now();
    this.#lastTurn = this.#start;
  }

  /** Begins anew: what failed so far could not succeed, as there was no network, or nothing ran at all. */
  renew(): void {
    this.#start = this.#now();
    this.#lastTurn = this.#start;
    this.#failures = 0;
  }

  /** How long to wait before the next attempt, in ms. @throws the refusal when there is to be none */
  afterFailure(refusal: RefusalError): number {
    if (refusal.code === 'in_lobby') {
      this.#lastTurn = this.#now();
      this.#failures = 0;
      return politePauseMs(lobbyMs);
    }
    const now = this.#now();
    if (refusal.retryAfterMs !== undefined && now - this.#start < patience.turnMs) this.#lastTurn = now;
    if (refusal.retry === 'no' || now - this.#lastTurn > this.#ms) throw refusal;
    // A server that asks for a new join answers, so there is nothing to wait out.
    this.#failures = refusal.retry === 'rejoin' ? 1 : this.#failures + 1;
    const { retryAfterMs } = refusal;
    return retryAfterMs === undefined ? backoffMs(this.#failures) : politePauseMs(retryAfterMs);
  }
}
