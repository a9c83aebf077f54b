import type { Call } from '@parley/client';
import type { Moderation } from '@parley/protocol';
import { Store } from '../state/store.ts';

/** Does what a moderator decides. */
export class Moderator {
  /** Why the last decision was not carried out, until it is dismissed or another is. */
  readonly problem = new Store<{ error: unknown } | undefined>(undefined);
  readonly #call: Pick<Call, 'moderate'>;

  constructor(call: Pick<Call, 'moderate'>) {
    this.#call = call;
  }

  /** Does them one after the other, up to the first that fails. */
  decide(...moderations: readonly Moderation[]): void {
    void this.attempt(async () => {
      for (const moderation of moderations) await this.#call.moderate(moderation);
    });
  }

  /** Does something that may be refused, which is said to the person then. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    this.problem.set(undefined);
    try {
      await work();
    } catch (error) {
      this.problem.set({ error });
    }
  }
}
