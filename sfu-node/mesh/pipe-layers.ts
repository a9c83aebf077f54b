import type { PipeId } from '@parley/protocol';
import type { Wish } from '../supply.ts';

/** How many layers of a picture there are at most. */
const mostLayers = 8;

/** What is watched of one picture that comes from another SFU, by all who receive it here. */
export class PipeLayers {
  readonly #wishes = new Map<object, number>();
  readonly #say: (layers: number) => Promise<void>;
  #said: number;

  /** @param said so many are watched, as the other SFU knows. @param say tells it of another number. */
  constructor(said: number, say: (layers: number) => Promise<void>) {
    this.#said = said;
    this.#say = say;
  }

  /** As `Wish`: only more is worth waiting for. */
  readonly wish: Wish = (consumer, layers) => {
    if (layers === undefined) this.#wishes.delete(consumer);
    else this.#wishes.set(consumer, Math.min(layers, mostLayers));
    const most = Math.max(0, ...this.#wishes.values());
    const before = this.#said;
    if (most === before) return undefined;
    this.#said = most;
    const said = this.#say(most);
    return most > before ? said : undefined;
  };
}

/** After how long what could not be said is tried again, in ms. */
const againMs = 1_000;
/** How many are told of in one call. */
const batchSize = 64;

type Tell = (pipes: { pipe: PipeId; layers: number }[]) => Promise<void>;

/** What another SFU does not know yet of the layers that are watched here: said in few calls, until it is heard. */
export class UnsaidLayers {
  readonly #peer: { readonly closed: boolean };
  readonly #tell: Tell;
  readonly #unsaid = new Map<PipeId, number>();
  #telling: Promise<void> | undefined;

  constructor(peer: { readonly closed: boolean }, tell: Tell) {
    this.#peer = peer;
    this.#tell = tell;
  }

  /** Resolves when it was said, or could not be. Of two, the later stands. */
  async set(pipe: PipeId, layers: number): Promise<void> {
    this.#unsaid.set(pipe, layers);
    // What is being said was chosen before this.
    await this.#telling;
    this.#telling ??= this.#flush();
    await this.#telling;
  }

  /** Nobody needs to know any more. */
  forget(pipe: PipeId): void {
    this.#unsaid.delete(pipe);
  }

  async #flush(): Promise<void> {
    // Others may come at the same moment, and what comes may go.
    await new Promise(resolve => setImmediate(resolve));
    const asked = Array.from(this.#unsaid, ([pipe, layers]) => ({ pipe, layers }));
    this.#unsaid.clear();
    for (let from = 0; from < asked.length && !this.#peer.closed; from += batchSize) {
      const batch = asked.slice(from, from + batchSize);
      await this.#tell(batch).catch(() => this.#keep(batch));
    }
    this.#telling = undefined;
  }

  #keep(pipes: Parameters<Tell>[0]): void {
    for (const { pipe, layers } of pipes) if (!this.#unsaid.has(pipe)) this.#unsaid.set(pipe, layers);
    setTimeout(() => {
      if (!this.#peer.closed && this.#unsaid.size > 0) this.#telling ??= this.#flush();
    }, againMs).unref();
  }
}
