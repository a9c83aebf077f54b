import type { Logger } from '@parley/telemetry';

/** Whether something outside answers. It logs one line when that changes, never one per attempt. */
export class Availability {
  readonly #what: string;
  readonly #log: Logger;
  #problem: string | undefined;
  #known = false;

  constructor(what: string, log: Logger) {
    this.#what = what;
    this.#log = log;
  }

  /** Whether the last word was good; false before the first. */
  get available(): boolean {
    return this.#known && this.#problem === undefined;
  }

  /** Why it does not answer, or undefined if it does. */
  get problem(): string | undefined {
    return this.#known ? this.#problem : `${this.#what} has not answered yet`;
  }

  /** @returns whether this is a change. */
  succeeded(): boolean {
    if (this.available) return false;
    this.#known = true;
    this.#problem = undefined;
    this.#log.info(`${this.#what} answers`);
    return true;
  }

  /** @returns whether this is a change. */
  failed(error: unknown): boolean {
    const wasDown = this.#known && this.#problem !== undefined;
    this.#known = true;
    this.#problem = `${this.#what} does not answer: ${describeError(error)}`;
    if (wasDown) return false;
    this.#log.warn(
      { reason: describeError(error) },
      `${this.#what} does not answer; trying again until it does`,
    );
    return true;
  }
}

/** The message of an error with that of its cause, or with its code where it has no message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const own = error.message || code;
  return error.cause === undefined ? own : `${own}: ${describeError(error.cause)}`;
}
