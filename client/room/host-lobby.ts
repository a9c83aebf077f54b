import type { Lobby } from '@parley/protocol';
import { checkMs } from './log.ts';

export interface HostLobbyHandlers {
  changed(waiting: Lobby['waiting']): void;
  /** Nothing was heard for a while, and the last change may have been lost: `take` is to be called with what a `sync` answers. */
  ask(): void;
}

/** Who waits in the lobby, as those hear who may let people in. Always whole, so the newest is all that counts. */
export class HostLobby {
  readonly #handlers: HostLobbyHandlers;
  #seq = -1;
  #check: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: HostLobbyHandlers) {
    this.#handlers = handlers;
  }

  /** Takes over what the server says, unless something newer overtook it. Without it, one may not hear it. */
  take(lobby: Lobby | undefined): void {
    if (!lobby) return;
    clearTimeout(this.#check);
    this.#check = setTimeout(() => this.#handlers.ask(), checkMs);
    if (lobby.seq <= this.#seq) return;
    this.#seq = lobby.seq;
    this.#handlers.changed(lobby.waiting);
  }

  /** One hears no more of it. */
  clear(): void {
    clearTimeout(this.#check);
    this.#seq = -1;
    this.#handlers.changed([]);
  }
}
