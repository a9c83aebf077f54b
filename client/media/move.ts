import type { MediaGeneration } from '@parley/protocol';
import { pause } from '../connection/backoff.ts';
import type { SendRequest } from '../connection/connection.ts';
import type { Generations } from '../room/moving.ts';

/** How long a page is given to paint what has just arrived before the former picture may end, in ms. */
const paintMs = 250;

/** Tells the server, once, when the room's former media is not needed any more. */
export class Move {
  readonly #request: SendRequest;
  /** Of which move it is told. */
  #telling: string | undefined;

  constructor(request: SendRequest) {
    this.#request = request;
  }

  /**
   * Everything comes and goes by `generation`, whose link may be the same in one move and the next. What fails is told again at the
   * next call.
   */
  finish(room: Generations, generation: MediaGeneration): void {
    const move = [room.former, room.generation, ...(room.branches ?? []), generation].join();
    if (this.#telling === move) return;
    this.#telling = move;
    void (async () => {
      await pause(paintMs);
      try {
        if (this.#telling === move) await this.#request('finishMove', { generation });
      } catch {
        if (this.#telling === move) this.#telling = undefined;
      }
    })();
  }
}
