import { describe, expect, test } from 'vitest';
import { decideLease, type Lease, Lease as LeaseSchema, releasedSpec } from './lease.ts';

const times = { durationSeconds: 8, renewDeadlineMs: 5_000, retryMs: 1_000 };
const at = new Date('2026-01-01T00:00:00.123Z');
const now = '2026-01-01T00:00:00.123000Z';

const lease = (spec: Partial<Lease['spec']>): Lease =>
  LeaseSchema.parse({
    metadata: {
      name: 'parley-operator',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec,
  });
const decide = (spec: Partial<Lease['spec']> | undefined, sinceMs: number, nowMs: number) =>
  decideLease(spec && { lease: lease(spec), sinceMs }, 'me', nowMs, times, at);

describe('what to do about a lease', () => {
  test('none: make one', () => {
    expect(decide(undefined, 0, 0)).toEqual({
      do: 'create',
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 8,
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      },
    });
  });

  test("one's own: renew it, and nothing else in it changes", () => {
    const mine = { holderIdentity: 'me', acquireTime: 'then', renewTime: 'then', leaseTransitions: 3 };
    expect(decide({ ...mine, leaseDurationSeconds: 8 }, 0, 100_000)).toEqual({
      do: 'update',
      resourceVersion: '7',
      spec: { ...mine, leaseDurationSeconds: 8, renewTime: now },
    });
  });

  test("another's: wait as long as the holder asked for since it was first seen so, whatever its clock says", () => {
    for (const renewTime of ['1999-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z']) {
      const other = { holderIdentity: 'other', leaseDurationSeconds: 15, renewTime, leaseTransitions: 3 };
      expect(decide(other, 1_000, 15_999)).toEqual({ do: 'wait', holder: 'other' });
      expect(decide(other, 1_000, 16_000)).toMatchObject({
        do: 'update',
        spec: { holderIdentity: 'me', leaseTransitions: 4, acquireTime: now },
      });
    }
  });

  test("another's that does not say for how long: wait as long as one's own would last", () => {
    expect(decide({ holderIdentity: 'other' }, 0, 7_999).do).toBe('wait');
    expect(decide({ holderIdentity: 'other' }, 0, 8_000).do).toBe('update');
  });

  test('one that was given back: take it at once', () => {
    const held = lease({ holderIdentity: 'other', leaseDurationSeconds: 8, leaseTransitions: 3 });
    const released = releasedSpec(held, at);
    expect(released).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 3 });
    expect(decide(released, 0, 0)).toMatchObject({ do: 'update', spec: { leaseTransitions: 4 } });
  });
});
