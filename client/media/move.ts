import type { MediaGeneration } from '@parley/protocol';
import { pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';

/** How long a page is given to paint what has just arrived before the former picture may end, in ms. */
const paintMs = 250;

/** Tells the server, once, when the room's former media is not needed any more. */
export class Move {
  readonly #request: SendRequest;
  #telling: MediaGeneration | undefined;

  constructor(request: SendRequest) {
    this.#request = request;
  }

  /** Everything comes and goes by `generation`. What fails is told again at the next call. */
  finish(generation: MediaGeneration): void {
    if (this.#telling === generation) return;
    this.#telling = generation;
    void (async () => {
      await pause(paintMs);
      try {
        if (this.#telling === generation) await this.#request('finishMove', { generation });
      } catch {
        if (this.#telling === generation) this.#telling = undefined;
      }
    })();
  }
}
