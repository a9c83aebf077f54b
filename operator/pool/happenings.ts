import { type MediaPool, mediaPoolConditions } from '@parley/resources';
import { condition, type Happening } from '../runtime/index.ts';

/** Reasons of the Ready condition that an event tells of. */
const readyReasons = new Set(['NoFreePorts', 'NoAddress', 'PodRefused', 'PodsEnd', 'PodsReady', 'Ending']);

/** Events for the conditions of a pool that changed. */
export function poolHappenings(
  before: MediaPool,
  conditions: MediaPool['status']['conditions'],
): Happening[] {
  return conditions.flatMap(now => {
    const old = condition(before.status.conditions, now.type);
    if (old?.status === now.status && old.reason === now.reason) return [];
    const { status, reason, message } = now;
    const type = status === 'True' ? ('Normal' as const) : ('Warning' as const);
    switch (now.type) {
      case mediaPoolConditions.accepted:
        return status === 'False' ? [{ type, reason, message }] : [];
      case mediaPoolConditions.ready:
        return readyReasons.has(reason) ? [{ type, reason, message }] : [];
      case mediaPoolConditions.upToDate:
        return rolloutHappening(old?.status, { status, reason, message });
      default:
        return [];
    }
  });
}

function rolloutHappening(
  before: string | undefined,
  { status, reason, message }: { status: string; reason: string; message: string },
): Happening[] {
  if (status === 'True')
    return before === 'False' ? [{ type: 'Normal', reason: 'RolloutFinished', message }] : [];
  if (reason === 'RollingOut')
    return before === 'False' ? [] : [{ type: 'Normal', reason: 'RolloutStarted', message }];
  return status === 'False' ? [{ type: 'Warning', reason, message }] : [];
}
