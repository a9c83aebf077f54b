import { RefusalError } from '@parley/protocol';
import type { types } from 'mediasoup-client';

export interface IceGuardHandlers {
  /** Asks the server for new ICE parameters and uses them. @throws RefusalError */
  restart(): Promise<void>;
  /** Whether the server can be asked now; `check` is called once it can. */
  online(): boolean;
  /** Repairing began or ended. */
  changed(): void;
  connected(): void;
  /** Restarts did not help. */
  broken(): void;
}

/**
 * In ms: how long `disconnected` may last by itself, and how long a restart may take. Browsers say `disconnected` after five silent seconds, and a
 * restart does no harm to a path that comes back meanwhile.
 */
export const iceTiming = { graceMs: 500, restartMs: 8_000 };

const maxRestarts = 2;

/** Watches one transport: restarts ICE when its path is lost, and says when that does not help. */
export class IceGuard {
  readonly #handlers: IceGuardHandlers;
  #state: types.ConnectionState = 'new';
  #restarts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #repairing = false;
  #waitsForServer = false;
  #closed = false;

  constructor(handlers: IceGuardHandlers) {
    this.#handlers = handlers;
  }

  get repairing(): boolean {
    return this.#repairing;
  }

  /** The transport's connection state is a new one. */
  stateChanged(state: types.ConnectionState): void {
    if (this.#closed) return;
    this.#state = state;
    if (state === 'connected') this.#recovered();
    else if (state === 'failed') this.#restart();
    else if (state === 'disconnected' && !this.#repairing) this.#after(iceTiming.graceMs);
  }

  /** The client may be on another network: a way is looked for at once, also where the browser has not noticed yet that the old one is lost. */
  networkChanged(): void {
    if (this.#state === 'new' || this.#state === 'connecting') return;
    this.#restarts = 0;
    this.#restart();
  }

  /** The server can be asked again. */
  check(): void {
    if (this.#waitsForServer) this.#restart();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #recovered(): void {
    clearTimeout(this.#timer);
    this.#restarts = 0;
    this.#waitsForServer = false;
    this.#setRepairing(false);
    this.#handlers.connected();
  }

  #restart(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    // Of a path that still holds nothing is heard when another is found.
    const holds = this.#state === 'connected';
    if (!holds) this.#setRepairing(true);
    this.#waitsForServer = !this.#handlers.online();
    if (this.#waitsForServer) return;
    if (this.#restarts === maxRestarts) {
      this.#giveUp();
      return;
    }
    if (!holds) {
      this.#restarts++;
      this.#after(iceTiming.restartMs);
    }
    this.#handlers.restart().catch(error => {
      // Waiting helps only where the server may know better later.
      if (error instanceof RefusalError && error.retry === 'no') this.#giveUp();
      else if (!this.#handlers.online()) {
        this.#waitsForServer = true;
        this.#restarts = 0;
      }
    });
  }

  #giveUp(): void {
    if (this.#closed) return;
    this.close();
    this.#handlers.broken();
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#restart(), ms);
  }

  #setRepairing(repairing: boolean): void {
    if (this.#repairing === repairing) return;
    this.#repairing = repairing;
    this.#handlers.changed();
  }
}
