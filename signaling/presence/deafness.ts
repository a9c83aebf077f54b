import type { Logger } from '@parley/telemetry';
import type { Gate } from '../connection/gate.ts';
import type { Metrics } from '../metrics.ts';
import type { Canary } from './canary.ts';
import type { Lease } from './lease.ts';

export const roundMs = 1000;
/** So many rounds in which Redis answers and yet nothing is heard are no mere loss of connection. */
export const patienceRounds = 5;

/** What to do after a round; `rounds` counts those without hearing anything while Redis answers. */
export function afterRound(of: {
  deaf: boolean;
  rounds: number;
  othersHear: boolean;
}): 'serve' | 'wait' | 'give' {
  if (!of.deaf) return 'serve';
  // Where nobody hears, connections are as good here as anywhere.
  return of.rounds >= patienceRounds && of.othersHear ? 'give' : 'wait';
}

/** Gives the connections of a replica away for as long as it is deaf and others are not. */
export class Deafness {
  readonly #canary: Canary;
  readonly #hearing: Lease;
  readonly #gate: Gate;
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #give: (signal: AbortSignal) => Promise<number>;
  #rounds = 0;
  #giving: AbortController | undefined;

  /** `hearing` is the lease of replicas that hear; `give` hands the connections over, until its signal. */
  constructor(of: {
    canary: Canary;
    hearing: Lease;
    gate: Gate;
    metrics: Metrics;
    log: Logger;
    give: (signal: AbortSignal) => Promise<number>;
  }) {
    this.#canary = of.canary;
    this.#hearing = of.hearing;
    this.#gate = of.gate;
    this.#metrics = of.metrics;
    this.#log = of.log;
    this.#give = of.give;
  }

  /** @throws RefusalError `unavailable` without Redis: then nobody is given away. */
  async round(): Promise<void> {
    // One that stops is nobody to go to.
    if (this.#gate.shut === 'stopping') return;
    const deaf = this.#canary.deaf();
    this.#metrics.deaf.set(deaf ? 1 : 0);
    let others: ReadonlySet<string> = new Set();
    try {
      if (deaf) others = await this.#hearing.giveUp();
      else if (this.#canary.hears()) await this.#hearing.renew();
      this.#rounds = deaf ? this.#rounds + 1 : 0;
    } catch (error) {
      this.#rounds = 0;
      throw error;
    }
    const next = afterRound({ deaf, rounds: this.#rounds, othersHear: others.size > 0 });
    if (next === 'serve') this.stop();
    else if (next === 'give' && !this.#giving) void this.#giveAway();
  }

  /** Ends what a deaf replica does. */
  stop(): void {
    this.#giving?.abort();
    this.#giving = undefined;
    if (this.#gate.shut === 'deaf') this.#gate.shut = undefined;
  }

  async #giveAway(): Promise<void> {
    const giving = new AbortController();
    this.#giving = giving;
    this.#gate.shut ??= 'deaf';
    const sockets = await this.#give(giving.signal);
    this.#log.warn({ sockets }, 'deaf: handed connections over to replicas that hear');
  }
}
