import { backoffMs, pause } from '../connection/backoff.ts';
import { toRefusal } from '../connection/refusal.ts';

const maxAttempts = 6;

export interface IntroductionHandlers {
  /** Tells the server; telling it again does no harm. @throws RefusalError */
  tell(): Promise<unknown>;
  /** Whether the server can be asked now; `check` is called once it can. */
  online(): boolean;
  /** The server does not take it. */
  failed(): void;
}

/**
 * Tells the server how this side of a transport introduces itself (DTLS), until it knows. Nobody waits for that: the browser
 * looks for its path to the SFU meanwhile.
 */
export class Introduction {
  readonly #handlers: IntroductionHandlers;
  readonly #closed = new AbortController();
  #state: 'idle' | 'wanted' | 'running' | 'done' = 'idle';

  constructor(handlers: IntroductionHandlers) {
    this.#handlers = handlers;
  }

  begin(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'wanted';
    void this.#run();
  }

  /** The server can be asked again. */
  check(): void {
    void this.#run();
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    if (this.#state !== 'wanted') return;
    this.#state = 'running';
    for (let failures = 0; this.#handlers.online() && !this.#closed.signal.aborted; ) {
      try {
        await this.#handlers.tell();
        this.#state = 'done';
        return;
      } catch (error) {
        if (toRefusal(error).retry === 'no' || ++failures === maxAttempts) {
          this.#state = 'done';
          if (!this.#closed.signal.aborted) this.#handlers.failed();
          return;
        }
        if (this.#handlers.online()) await pause(backoffMs(failures), this.#closed.signal);
      }
    }
    this.#state = 'wanted';
  }
}
