import type { Condition } from '@parley/resources';

/** A condition as a controller decides it; when it last changed follows from what was. */
export interface Verdict {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** The conditions for a status: each keeps its `lastTransitionTime` unless its status changed. */
export function toConditions(
  before: readonly Condition[],
  verdicts: readonly Verdict[],
  observedGeneration: number,
  now: Date,
): Condition[] {
  return verdicts.map(verdict => {
    const old = before.find(condition => condition.type === verdict.type);
    const lastTransitionTime =
      old?.status === verdict.status ? old.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z');
    return { ...verdict, lastTransitionTime, observedGeneration };
  });
}

export function condition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find(one => one.type === type);
}
