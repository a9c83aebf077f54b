import type { Call } from '@parley/client';
import type { Moderation } from '@parley/protocol';
import { Store } from '../state/store.ts';

/** Does what a moderator decides. */
export class Moderator {
  /** Why the last decision was not carried out, in a sentence for the person. */
  readonly problem = new Store<string | undefined>(undefined);
  readonly #call: Pick<Call, 'moderate'>;

  constructor(call: Pick<Call, 'moderate'>) {
    this.#call = call;
  }

  decide(moderation: Moderation): void {
    this.problem.set(undefined);
    this.#call.moderate(moderation).catch(error => {
      this.problem.set(error instanceof Error ? error.message : 'That could not be done. Try again.');
    });
  }
}
