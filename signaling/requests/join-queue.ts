import { RefusalError } from '@parley/protocol';
import type { JoinTurns } from '../state/join-turns.ts';

/** How long somebody who has to wait is told to wait at most, in ms. */
export const longestWaitMs = 10_000;

/** How fast people are let in. */
export interface JoinRate {
  perSecond: number;
  /** So many may come at once after a quiet time. */
  burst: number;
}

/** What a queue remembers, all as of `at` in ms. `promised` counts those who were told when to come again. */
export interface Turns {
  tokens: number;
  promised: number;
  at: number;
}

/**
 * Lets one in, or says after how many ms their turn may be: each who has to wait gets the time after the one before, so that
 * they come back one after another. The script of `state/join-turns.ts` does the same.
 */
export function nextTurn(turns: Turns, rate: JoinRate, now: number): { turns: Turns; waitMs: number } {
  const gained = (Math.max(0, now - turns.at) * rate.perSecond) / 1000;
  const tokens = Math.min(rate.burst, turns.tokens + gained);
  const promised = Math.max(0, turns.promised - gained);
  if (tokens >= 1) return { turns: { tokens: tokens - 1, promised, at: now }, waitMs: 0 };
  const most = Math.max(1, (longestWaitMs * rate.perSecond) / 1000);
  const waiting = Math.min(most, promised + 1);
  const waitMs = Math.min(longestWaitMs, Math.ceil((waiting * 1000) / rate.perSecond));
  return { turns: { tokens, promised: waiting, at: now }, waitMs };
}

/** Lets people into this replica, and into each room over all replicas, no faster than they can be served. */
export class JoinQueue {
  readonly #rate: JoinRate;
  readonly #rooms: JoinTurns;
  #turns: Turns;

  constructor(rate: JoinRate, rooms: JoinTurns) {
    this.#rate = rate;
    this.#rooms = rooms;
    this.#turns = { tokens: rate.burst, promised: 0, at: performance.now() };
  }

  /** @throws RefusalError `busy` if too many are joining this replica. */
  enterReplica(now = performance.now()): void {
    const { turns, waitMs } = nextTurn(this.#turns, this.#rate, now);
    this.#turns = turns;
    if (waitMs > 0) throw busy('Many people are joining right now. You will be let in in a moment.', waitMs);
  }

  /** @throws RefusalError `busy` if too many are joining this room. */
  async enterRoom(room: Parameters<JoinTurns['take']>[0]): Promise<void> {
    const waitMs = await this.#rooms.take(room);
    if (waitMs === 0) return;
    throw busy('Many people are joining this meeting right now. You will be let in in a moment.', waitMs);
  }
}

function busy(message: string, retryAfterMs: number): RefusalError {
  return new RefusalError('busy', message, { retryAfterMs });
}
