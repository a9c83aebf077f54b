import { RoomKey } from '@parley/protocol';
import type { MediaPool } from '@parley/resources';
import { Registry } from '@parley/telemetry';
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import { addPoolMetrics } from './pool-metrics.ts';
import { Store } from './runtime/index.ts';
import { makePool, makeSfu, makeView } from './test/make.ts';

const room = (name: string) => RoomKey.parse(`default/${name}`);

function metricsOf(...names: string[]) {
  const pools = new Store<MediaPool>();
  for (const name of names) pools.put(named(name, { maximum: 7, capacity: { roomsPerPod: 10 } }));
  const ledger = new Ledger({ changed: () => {}, freed: () => {} });
  const people = new Map<RoomKey, number>();
  const registry = new Registry();
  const sfus = [makeSfu('sfu-1'), makeSfu('sfu-going', 2, { takesRooms: false })];
  const fleet = { view: (pool: string) => makeView(sfus, { name: pool, roomsPerPod: 10 }) };
  addPoolMetrics(registry, { pools, fleet, ledger, people: () => people });
  const lines = async () => (await registry.metrics()).split('\n').filter(line => /^parley/.test(line));
  return { pools, ledger, people, lines };
}

function named(name: string, spec: object): MediaPool {
  const pool = makePool(spec);
  return { ...pool, metadata: { ...pool.metadata, name } };
}

test('each pool says what it has and what more it can carry', async () => {
  const { ledger, people, lines } = metricsOf('small', 'large');
  const seats = [{ pod: 'sfu-1', instance: undefined }];
  ledger.set(room('placed'), { pool: 'small', dedicated: false }, seats);
  ledger.set(room('waiting'), { pool: 'small', dedicated: false }, []);
  people.set(room('placed'), 4);
  people.set(room('gone'), 3);
  expect(await lines()).toEqual([
    'parley_operator_pool_rooms{pool="small"} 1',
    'parley_operator_pool_rooms{pool="large"} 0',
    'parley_operator_pool_free_rooms{pool="small"} 9',
    'parley_operator_pool_free_rooms{pool="large"} 9',
    'parley_operator_pool_maximum_pods{pool="small"} 7',
    'parley_operator_pool_maximum_pods{pool="large"} 7',
    'parley_operator_room_people{pool="small"} 4',
    'parley_operator_room_people{pool="large"} 0',
  ]);
});

test('the series of a pool go with it, and an impossible one says no maximum', async () => {
  const { pools, lines } = metricsOf('small', 'large');
  const large = pools.get('large');
  if (!large) throw new Error('The pool is missing.');
  pools.remove('large', large.metadata.uid);
  pools.put(named('odd', { minimum: 3, maximum: 2 }));
  const text = (await lines()).join('\n');
  expect(text).not.toContain('large');
  expect(text).toContain('parley_operator_pool_rooms{pool="odd"} 0');
  expect(text).not.toContain('parley_operator_pool_maximum_pods{pool="odd"}');
});
