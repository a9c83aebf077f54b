import { type Condition, type MediaPool, type Room, RoomSpec, roomConditions } from '@parley/resources';
import { Gauge, type Registry } from '@parley/telemetry';
import { condition, type Store } from '../runtime/index.ts';
import { poorReasons } from './call-quality.ts';
import { degradationReasons } from './degradation.ts';

/** Adds how many rooms of each pool lack something, or have poor calls, by the reasons of their conditions. */
export function addRoomQualityMetrics(
  registry: Registry,
  { rooms, pools }: { rooms: Store<Room>; pools: Store<MediaPool> },
): void {
  const count = (
    name: string,
    help: string,
    reasons: readonly string[],
    reasonOf: (conditions: readonly Condition[]) => string | undefined,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['pool', 'reason'],
      registers: [registry],
      collect() {
        this.reset();
        for (const pool of pools.keys()) for (const reason of reasons) this.set({ pool, reason }, 0);
        for (const { spec, status } of rooms.values()) {
          const reason = reasonOf(status.conditions);
          const pool = reason && RoomSpec.safeParse(spec).data?.pool;
          if (reason && pool && pools.get(pool)) this.inc({ pool, reason });
        }
      },
    });
  count(
    'parley_operator_degraded_rooms',
    'Rooms of a MediaPool that can be joined but lack something or have poor calls, by the reason of their condition Degraded.',
    [...degradationReasons, ...poorReasons],
    conditions => reasonIf(conditions, roomConditions.degraded, 'True'),
  );
  count(
    'parley_operator_quality_unmet_rooms',
    'Rooms of a MediaPool whose calls are not as good as their objective, by the reason of their condition QualityMet.',
    poorReasons,
    conditions => reasonIf(conditions, roomConditions.qualityMet, 'False'),
  );
}

function reasonIf(
  conditions: readonly Condition[],
  type: string,
  status: Condition['status'],
): string | undefined {
  const found = condition(conditions, type);
  return found?.status === status ? found.reason : undefined;
}
