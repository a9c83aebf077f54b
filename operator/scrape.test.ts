import { type RoomKey, roomKey } from '@parley/protocol';
import { type MediaPool, type Room, roomConditions } from '@parley/resources';
import { Registry } from '@parley/telemetry';
import { expect, test } from 'vitest';
import type { Node, Pod } from './kinds.ts';
import { Ledger } from './ledger.ts';
import { addFleetMetrics } from './metrics.ts';
import { Fleet } from './pool/fleet.ts';
import { leavingRooms } from './pool/leaving.ts';
import { addPoolMetrics } from './pool-metrics.ts';
import { addRoomQualityMetrics } from './room/quality-metrics.ts';
import { Store } from './runtime/index.ts';
import { instance, makePod, makePool, makeRoom } from './test/make.ts';

const podCount = 20;

/** The figures of an operator with so many rooms, all of which lack something and have people in them. */
function figuresOf(count: number): Registry {
  const [pools, pods, nodes] = [new Store<MediaPool>(), new Store<Pod>(), new Store<Node>()];
  const rooms = new Store<Room>();
  const ledger = new Ledger({ changed: () => {}, freed: () => {} });
  const load = { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 };
  const registration = {
    ...{ pod: '', instance: instance(1), controlUrl: 'http://10.0.0.1:8080', addresses: [] },
    ...{ state: 'draining' as const, workers: 2, load },
  };
  const registrations = { get: (pod: string) => ({ ...registration, pod }) };
  const fleet = new Fleet({
    ...{ pools, pods, nodes, registrations },
    loads: { get: () => ({ used: 0, pressure: 'low' as const, meshes: true }) },
    onChange: () => {},
  });
  pools.put(makePool());
  for (let each = 0; each < podCount; each++) pods.put(makePod(`sfu-${each}`));
  const condition = { status: 'True' as const, message: '', observedGeneration: 1 };
  const degraded = { ...condition, type: roomConditions.degraded, reason: 'Crowded' };
  const unmet = { ...condition, type: roomConditions.qualityMet, status: 'False', reason: 'Relay' };
  const conditions = [degraded, unmet].map(one => ({ ...one, lastTransitionTime: '2026-01-01T00:00:00Z' }));
  const people = new Map<RoomKey, number>();
  for (let each = 0; each < count; each++) {
    const made = makeRoom({}, { status: { phase: 'Ready', conditions } });
    const name = `room-${each}`;
    rooms.put({ ...made, metadata: { ...made.metadata, name } });
    const key = roomKey('default', name);
    ledger.set(key, { pool: 'default', dedicated: false }, [
      { pod: `sfu-${each % podCount}`, instance: undefined },
    ]);
    people.set(key, 3);
  }
  const registry = new Registry();
  const moving = () => [];
  addFleetMetrics(registry, {
    ...{ rooms, pools, fleet },
    leavingRooms: pool =>
      leavingRooms({ view: fleet.view(pool), roomsOn: pod => ledger.roomsOn(pod), moving }),
    demand: pool => ledger.demand(pool),
  });
  addPoolMetrics(registry, { pools, fleet, ledger, people: () => people });
  addRoomQualityMetrics(registry, { rooms, pools });
  return registry;
}

test('10,000 rooms make the same series as 10', async () => {
  const seriesOf = async (count: number) => {
    const lines = (await figuresOf(count).metrics()).split('\n');
    return lines.filter(line => line.startsWith('parley_')).map(line => line.replace(/ \S+$/, ''));
  };
  const [few, many] = [await seriesOf(10), await seriesOf(10_000)];
  expect(many).toEqual(few);
  expect(many).toContain('parley_operator_rooms{phase="Ready"}');
});
