/** How far the exchange of a pool's pods has come. */
export interface Rollout {
  /** What the new pods are made from. */
  template: string;
  /** New pods that serve. */
  serving: number;
  /** When it last came on, in milliseconds. */
  at: number;
}

export interface RolloutFacts {
  template: string;
  serving: number;
  /** Whether new pods do not serve yet, or cannot be made. */
  isWaiting: boolean;
}

/** Where the roll-out is now. It comes on when new pods serve; as long as it waits for people to leave it does not stand still. */
export function followRollout(before: Rollout | undefined, facts: RolloutFacts, now: number): Rollout {
  const { template, serving, isWaiting } = facts;
  const standsStill = isWaiting && before?.template === template && serving <= before.serving;
  return standsStill ? { ...before, serving } : { template, serving, at: now };
}
