import type { V1Pod } from '@kubernetes/client-node';
import { isOver, type PodRole } from '../kinds.ts';
import { Attempts } from './attempts.ts';
import { type PodsProblem, podsProblem } from './exposer.ts';
import type { Keeper } from './keeper.ts';
import type { AcceptedPool, PodSettings } from './pod.ts';
import type { ScalePlan } from './scale.ts';
import { templateName } from './template-name.ts';

/** After how long ports are looked for again, in ms. */
const portsAgainMs = 30_000;
/** A pod that ends sooner than this will not do better at once, in ms. */
const soonMs = 60_000;

/** Makes the pods of pools, and pauses where those of the same template failed before. */
export class Maker {
  readonly #keeper: Keeper;
  readonly #settings: PodSettings;
  readonly #attempts = new Attempts();

  constructor(keeper: Keeper, settings: PodSettings) {
    this.#keeper = keeper;
    this.#settings = settings;
  }

  /** @returns what keeps the pods from being made. The rest of the pool goes on without them. */
  async make(
    pool: AcceptedPool,
    role: PodRole,
    count: number,
    sketch: () => Promise<V1Pod>,
    pauses: (number | undefined)[],
  ): Promise<PodsProblem | undefined> {
    if (count === 0) return undefined;
    const [kind, template] = [kindOf(pool, role), templateName(role, pool.spec, this.#settings)];
    const pause = this.#attempts.pause(kind, template, Date.now());
    if (pause) {
      pauses.push(pause.waitMs);
      return pause.problem;
    }
    try {
      for (let made = 0; made < count; made += 1) await this.#keeper.create(pool, await sketch());
      return undefined;
    } catch (error) {
      const problem = podsProblem(error);
      if (!problem) throw error;
      const refused = problem.reason === 'PodRefused';
      pauses.push(refused ? this.#attempts.failed(kind, template, problem, Date.now()) : portsAgainMs);
      return problem;
    }
  }

  /** What ended right after it was made would do so again. */
  noteEnded(pool: AcceptedPool, { retire }: ScalePlan, now: number): void {
    for (const role of ['sfu', 'turn'] as const) {
      const ended = retire.find(({ member }) => member.role === role && isOver(member.pod))?.member.pod;
      if (!ended || now - Date.parse(ended.metadata.creationTimestamp) > soonMs) continue;
      const { reason, message } = ended.status;
      const what = [reason, message].filter(Boolean).join(': ') || ended.status.phase;
      const problem = {
        reason: 'PodsEnd',
        message: `Pod ${ended.metadata.name} ended at once: ${what}`,
      } as const;
      this.#attempts.failed(kindOf(pool, role), templateName(role, pool.spec, this.#settings), problem, now);
    }
  }
}

const kindOf = ({ metadata }: AcceptedPool, role: PodRole) => `${metadata.uid} ${role}`;
