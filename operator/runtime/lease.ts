import { ObjectMeta } from '@parley/resources';
import { z } from 'zod';
import type { Kind } from './kinds.ts';

const spec = z.object({
  holderIdentity: z.string().nullish(),
  leaseDurationSeconds: z.int().nullish(),
  acquireTime: z.string().nullish(),
  renewTime: z.string().nullish(),
  leaseTransitions: z.int().nullish(),
});

/** The part of a `coordination.k8s.io/v1` Lease that leader election uses. */
export const Lease = z.object({ metadata: ObjectMeta, spec: spec.prefault({}) });
export type Lease = z.infer<typeof Lease>;

export const leases: Kind<Lease> = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  schema: Lease,
};

export interface LeaseTimes {
  /** How long others leave a holder alone that they see nothing of, in whole seconds. */
  durationSeconds: number;
  /** How long a holder acts after its last renewal, in milliseconds; shorter than the duration. */
  renewDeadlineMs: number;
  /** Pause between two looks, in milliseconds. */
  retryMs: number;
}

/** A lease, and when this process first saw it as it is, by its own clock that never goes back. */
export interface Sighting {
  lease: Lease;
  sinceMs: number;
}

/** What to do about the lease now. */
export type LeaseStep =
  | { do: 'create'; spec: Lease['spec'] }
  | { do: 'update'; spec: Lease['spec']; resourceVersion: string }
  | { do: 'wait'; holder: string };

/**
 * Decides as `client-go` does: whether a holder is gone follows from how long its lease was seen unchanged and never
 * from the times in it, as clocks differ.
 *
 * @param wallClock for people who read the lease.
 */
export function decideLease(
  seen: Sighting | undefined,
  me: string,
  nowMs: number,
  times: LeaseTimes,
  wallClock: Date,
): LeaseStep {
  const now = microTime(wallClock);
  const mine = { holderIdentity: me, leaseDurationSeconds: times.durationSeconds, renewTime: now };
  if (!seen) return { do: 'create', spec: { ...mine, acquireTime: now, leaseTransitions: 0 } };
  const { metadata, spec: before } = seen.lease;
  const { resourceVersion } = metadata;
  if (before.holderIdentity === me) {
    return { do: 'update', resourceVersion, spec: { ...before, ...mine } };
  }
  const durationMs = (before.leaseDurationSeconds ?? times.durationSeconds) * 1000;
  if (before.holderIdentity && nowMs < seen.sinceMs + durationMs) {
    return { do: 'wait', holder: before.holderIdentity };
  }
  const leaseTransitions = (before.leaseTransitions ?? 0) + 1;
  return { do: 'update', resourceVersion, spec: { ...mine, acquireTime: now, leaseTransitions } };
}

/** The lease of a holder that gives it back: whoever looks next may take it. */
export function releasedSpec({ spec: before }: Lease, wallClock: Date): Lease['spec'] {
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(wallClock) };
}

/** `metav1.MicroTime`, which has six digits after the second. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
