import type { Probe } from '../kube/types.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What a probe has seen lately, and what the container counts as. */
export interface Verdict {
  readonly ok: boolean;
  readonly successes: number;
  readonly failures: number;
}

/** Before its first answer a container is taken to live, but neither to have started nor to be ready. */
export function firstVerdict(kind: ProbeKind): Verdict {
  return { ok: kind === 'liveness', successes: 0, failures: 0 };
}

/** The verdict after one more answer: it changes only once the threshold is reached. */
export function nextVerdict(before: Verdict, success: boolean, probe: Probe): Verdict {
  const successes = success ? before.successes + 1 : 0;
  const failures = success ? 0 : before.failures + 1;
  const ok = success
    ? before.ok || successes >= (probe.successThreshold ?? 1)
    : before.ok && failures < (probe.failureThreshold ?? 3);
  return { ok, successes, failures };
}

/** Whether the container has to be killed: it never started, or lives no more. */
export function isFatal(kind: ProbeKind, verdict: Verdict, probe: Probe): boolean {
  return kind !== 'readiness' && verdict.failures >= (probe.failureThreshold ?? 3);
}
