import type { PipeId } from '@parley/protocol';

/** What is to be done when a pipe from another SFU is not sent any more. `forgotten`: its producer may live on. */
export type PipeGone = (forgotten: boolean) => void;

/** The pipes from another SFU that are wanted here, beside what that one says that it sends. */
export class ExpectedPipes {
  readonly #pipes = new Map<PipeId, { gone: PipeGone; sinceWord: number }>();

  get size(): number {
    return this.#pipes.size;
  }

  /** One is about to be asked for. */
  add(id: PipeId, gone: PipeGone): void {
    this.#pipes.set(id, { gone, sinceWord: Number.POSITIVE_INFINITY });
  }

  /** The other SFU sends this, and every answer to the word of that number or a later one tells of it. */
  sent(id: PipeId, word: number): void {
    const pipe = this.#pipes.get(id);
    if (pipe) pipe.sinceWord = word;
  }

  /** @returns whether it was expected. */
  delete(id: PipeId): boolean {
    return this.#pipes.delete(id);
  }

  /** The other SFU answered the word of that number that it sends these. @returns those that nobody here wants. */
  compare(sent: readonly PipeId[], word: number): PipeId[] {
    const there = new Set(sent);
    for (const [id, pipe] of this.#pipes) {
      if (pipe.sinceWord > word || there.has(id)) continue;
      this.#pipes.delete(id);
      pipe.gone(false);
    }
    return sent.filter(id => !this.#pipes.has(id));
  }

  /** None is sent any more. */
  end(forgotten: boolean): void {
    const pipes = [...this.#pipes.values()];
    this.#pipes.clear();
    for (const pipe of pipes) pipe.gone(forgotten);
  }
}
