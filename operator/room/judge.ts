import { capacityOf, explainMistakes, RoomSpec } from '@parley/resources';
import type { PoolView } from '../pool/view.ts';

export type RoomVerdict =
  | { accepted: true; spec: RoomSpec }
  | { accepted: false; reason: 'InvalidSpec' | 'TooLargeForPool'; message: string };

/**
 * Whether the spec of a Room is possible, as far as its pool is known. A pool that is made smaller binds new rooms only:
 * one that was promised space for `promised` participants keeps that.
 */
export function judgeRoom(
  spec: unknown,
  poolOf: (name: string) => PoolView | undefined,
  promised = 0,
): RoomVerdict {
  const parsed = RoomSpec.safeParse(spec);
  if (!parsed.success) {
    return { accepted: false, reason: 'InvalidSpec', message: explainMistakes(parsed.error) };
  }
  const { pool } = parsed.data;
  const maxParticipants = capacityOf(parsed.data);
  const largest = poolOf(pool)?.participantsPerRoom ?? Number.POSITIVE_INFINITY;
  if (maxParticipants > Math.max(largest, promised)) {
    const message = `spec.maxParticipants: ${maxParticipants} is more than the ${largest} that MediaPool "${pool}" carries in one room.`;
    return { accepted: false, reason: 'TooLargeForPool', message };
  }
  return { accepted: true, spec: parsed.data };
}
