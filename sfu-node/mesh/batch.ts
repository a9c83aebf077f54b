interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** Gathers what is asked for at the same time into few calls, of `size` at most. */
export class Batch<Item, Answer> {
  readonly #size: number;
  readonly #call: (items: Item[]) => Promise<(item: Item) => Answer>;
  #waiting: Waiting<Item, Answer>[] = [];

  /** @param call asks for all at once; what it gives finds the answer of one, or throws it. */
  constructor(size: number, call: (items: Item[]) => Promise<(item: Item) => Answer>) {
    this.#size = size;
    this.#call = call;
  }

  /** @throws whatever `call` or the answer throws. */
  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += this.#size)
      void this.#send(all.slice(from, from + this.#size));
  }

  async #send(asked: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answerOf = await this.#call(asked.map(({ item }) => item));
      for (const { item, resolve, reject } of asked) {
        try {
          resolve(answerOf(item));
        } catch (error) {
          reject(error);
        }
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
