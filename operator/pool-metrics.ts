import type { RoomKey } from '@parley/protocol';
import type { MediaPool } from '@parley/resources';
import { Gauge, type Registry } from '@parley/telemetry';
import type { Ledger } from './ledger.ts';
import type { Fleet } from './pool/fleet.ts';
import { judgePool } from './pool/judge.ts';
import { freePlaces } from './pool/status.ts';
import type { Store } from './runtime/index.ts';

export interface PoolFigures {
  pools: Store<MediaPool>;
  fleet: Pick<Fleet, 'view'>;
  ledger: Pick<Ledger, 'load' | 'placed' | 'poolOf'>;
  /** Rooms with people in them, and how many these are. */
  people: () => Iterable<[room: RoomKey, people: number]>;
}

/** Figures of each MediaPool's rooms and of what more it can carry. They go with their pool. */
export function addPoolMetrics(registry: Registry, { pools, fleet, ledger, people }: PoolFigures): void {
  const perPool = (name: string, help: string, read: (pools: Iterable<MediaPool>) => Figures) =>
    new Gauge({
      name: `parley_operator_${name}`,
      help,
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [pool, figure] of read(pools.values())) this.set({ pool }, figure);
      },
    });

  perPool('pool_rooms', 'Rooms of a MediaPool that have an SFU. 0 at an operator that does not lead.', all =>
    namesOf(all).map(name => [name, ledger.placed(name)]),
  );
  perPool(
    'pool_free_rooms',
    'Rooms that still fit on the SFU pods that a MediaPool has now. 0 at an operator that does not lead.',
    all =>
      namesOf(all).map(name => {
        const { sfus = [], roomsPerPod = 0 } = fleet.view(name) ?? {};
        const open = sfus.filter(({ takesRooms }) => takesRooms);
        return [name, open.reduce((sum, { pod }) => sum + freePlaces(ledger.load(pod), roomsPerPod), 0)];
      }),
  );
  perPool(
    'pool_maximum_pods',
    'SFU pods that a MediaPool may have at most, as its spec says. Missing while the spec is impossible.',
    all =>
      Array.from(all).flatMap(({ metadata, spec }) => {
        const verdict = judgePool(spec);
        return verdict.accepted ? [[metadata.name, verdict.spec.maximum] as const] : [];
      }),
  );
  perPool(
    'room_people',
    'People in the rooms of a MediaPool, as last counted. 0 at an operator that does not lead.',
    all => {
      const counts = new Map(namesOf(all).map(name => [name, 0]));
      for (const [room, count] of people()) {
        const pool = ledger.poolOf(room) ?? '';
        const before = counts.get(pool);
        if (before !== undefined) counts.set(pool, before + count);
      }
      return counts;
    },
  );
}

type Figures = Iterable<readonly [pool: string, figure: number]>;

const namesOf = (pools: Iterable<MediaPool>) => Array.from(pools, ({ metadata }) => metadata.name);
