import { type MediaPool, type Room, roomPhases } from '@parley/resources';
import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';
import { isReady, isTerminating, type Pod, podRole } from './kinds.ts';
import type { PoolDemand } from './ledger.ts';
import type { Fleet } from './pool/fleet.ts';
import { leavingReasons } from './pool/view.ts';
import { type MoveNews, stayingReasons } from './room/moving.ts';
import type { Store } from './runtime/index.ts';

export interface FleetFigures {
  rooms: Store<Room>;
  pools: Store<MediaPool>;
  fleet: Fleet;
  /** How many rooms of a pool have media on SFU pods that go. */
  leavingRooms: (pool: string) => number;
  demand: (pool: string) => PoolDemand;
}

/** Figures of what the operator looks after: rooms by phase, pods by pool, role and state. */
export function addFleetMetrics(
  registry: Registry,
  { rooms, pools, fleet, leavingRooms, demand }: FleetFigures,
): void {
  const registers = [registry];
  new Gauge({
    name: 'parley_operator_rooms',
    help: 'Rooms by phase.',
    labelNames: ['phase'],
    registers,
    collect() {
      const counts = new Map<string, number>(roomPhases.map(phase => [phase, 0]));
      for (const { status } of rooms.values()) {
        const phase = status.phase ?? 'Pending';
        counts.set(phase, (counts.get(phase) ?? 0) + 1);
      }
      for (const [phase, count] of counts) this.set({ phase }, count);
    },
  });
  new Gauge({
    name: 'parley_operator_pool_pods',
    help: 'Pods of a MediaPool by role (sfu, turn) and state (ready, waiting, going).',
    labelNames: ['pool', 'role', 'state'],
    registers,
    collect() {
      this.reset();
      for (const pool of pools.keys()) {
        for (const role of ['sfu', 'turn']) {
          for (const state of ['ready', 'waiting', 'going']) this.set({ pool, role, state }, 0);
        }
        const serving = new Set(fleet.view(pool)?.sfus.map(({ pod }) => pod));
        for (const pod of fleet.podsOf(pool)) {
          this.inc({ pool, role: podRole(pod) ?? 'unknown', state: stateOf(pod, serving) });
        }
      }
    },
  });
  new Gauge({
    name: 'parley_operator_leaving_rooms',
    help: 'Rooms of a MediaPool whose media is still on SFU pods that go.',
    labelNames: ['pool'],
    registers,
    collect() {
      this.reset();
      for (const pool of pools.keys()) this.set({ pool }, leavingRooms(pool));
    },
  });
  new Gauge({
    name: 'parley_operator_spread_rooms',
    help: 'Rooms of a MediaPool that several SFUs carry.',
    labelNames: ['pool'],
    registers,
    collect() {
      this.reset();
      for (const pool of pools.keys()) this.set({ pool }, demand(pool).spread);
    },
  });
  new Gauge({
    name: 'parley_operator_crowded_rooms',
    help: 'Rooms of a MediaPool that fill their SFUs and find no further one.',
    labelNames: ['pool'],
    registers,
    collect() {
      this.reset();
      for (const pool of pools.keys()) this.set({ pool }, demand(pool).crowded);
    },
  });
}

/** Counts the moves of rooms with people in them. @returns what is to be told the news. */
export function addMoveMetrics(registry: Registry): (news: MoveNews) => void {
  const registers = [registry];
  const begun = new Counter({
    name: 'parley_operator_room_moves_total',
    help: 'Moves of rooms with people in them that began, by why they leave an SFU (ScaleIn, PodReplaced, PodDeleted, SfuStopping, CutOff, Fits, Rebalanced, Other).',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of [...leavingReasons, ...stayingReasons]) begun.inc({ reason }, 0);
  const seconds = new Histogram({
    name: 'parley_operator_room_move_seconds',
    help: 'Time from the decision that a room moves until all its media is on the new SFU, to half a second.',
    buckets: [0.5, 1, 2, 3, 5, 10, 20, 30, 60],
    registers,
  });
  return news => {
    if (news.state === 'begun') begun.inc({ reason: news.reason });
    else seconds.observe(news.seconds);
  };
}

/** @returns what is to be told how long people had to wait for each new room, in seconds. */
export function addReadyMetric(registry: Registry): (seconds: number) => void {
  const seconds = new Histogram({
    name: 'parley_operator_room_ready_seconds',
    help: 'Time from the making of a Room, or from when its schedule opens it, until people can join it for the first time, to a second.',
    buckets: [1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600],
    registers: [registry],
  });
  return each => seconds.observe(each);
}

function stateOf(pod: Pod, serving: ReadonlySet<string>): string {
  if (isTerminating(pod)) return 'going';
  const works = podRole(pod) === 'sfu' ? serving.has(pod.metadata.name) : isReady(pod);
  return works ? 'ready' : 'waiting';
}
