import { type Room, type RoomStatus, roomConditions } from '@parley/resources';
import { condition } from '../runtime/index.ts';
import type { Gate } from './gate.ts';

/**
 * How long people had to wait until they could join a new room, in seconds: since it was made or, where it has a schedule, since it should
 * be open. Kubernetes knows to the second when a Room was made. Undefined unless `status` says for the first time that it is ready.
 */
export function secondsUntilReady(
  { metadata, status: before }: Room,
  status: RoomStatus,
  gate: Gate | undefined,
  now: Date,
): number | undefined {
  if (status.phase !== 'Ready' || gate?.state !== 'open') return undefined;
  const was = condition(before.conditions, roomConditions.ready);
  const accepted = condition(before.conditions, roomConditions.accepted);
  // Both were said first at the same time; one that was ready changed since.
  const isFirst = was?.status !== 'True' && was?.lastTransitionTime === accepted?.lastTransitionTime;
  if (!isFirst) return undefined;
  const began = Math.max(Date.parse(metadata.creationTimestamp), gate.openedAt ?? 0);
  return Math.max(0, now.getTime() - began) / 1_000;
}
