import type { MediaPool } from '@parley/resources';
import { expect, test } from 'vitest';
import { labels, Node, type Pod } from '../kinds.ts';
import type { SfuLoad } from '../redis/sfu-loads.ts';
import { Store } from '../runtime/index.ts';
import { instance, makePod, makePool } from '../test/make.ts';
import { Fleet } from './fleet.ts';

const registration = {
  pod: 'a',
  instance: instance(1),
  controlUrl: 'http://10.0.0.1:8080',
  addresses: [],
  state: 'serving' as const,
  workers: 2,
  load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 },
};
const nodeIn = (zone: string, resourceVersion: string) =>
  Node.parse({
    metadata: {
      name: 'n1',
      uid: 'n1',
      resourceVersion,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'topology.kubernetes.io/zone': zone },
    },
  });

function startFleet() {
  const [pools, pods, nodes] = [new Store<MediaPool>(), new Store<Pod>(), new Store<Node>()];
  const load: SfuLoad = { used: 0, pressure: 'low', meshes: true };
  const told: string[] = [];
  const fleet = new Fleet({
    pools,
    pods,
    nodes,
    registrations: { get: () => registration },
    loads: { get: () => load },
    onChange: pool => told.push(pool),
  });
  return { fleet, pools, pods, nodes, load, told };
}

test('loads are as they are when they are asked for, and no news; the zone of a node is', () => {
  const { fleet, pools, pods, nodes, load, told } = startFleet();
  pools.put(makePool());
  pods.put(makePod('a', { node: 'n1' }));
  nodes.put(nodeIn('east', '1'));
  expect(fleet.view('default')?.sfus).toMatchObject([{ pod: 'a', used: 0, zone: 'east' }]);
  told.length = 0;
  Object.assign(load, { used: 0.8, pressure: 'high' });
  fleet.refresh('default');
  nodes.put(nodeIn('east', '2'));
  expect(told).toEqual([]);
  expect(fleet.view('default')?.sfus).toMatchObject([{ used: 0.8, pressure: 'high' }]);
  nodes.put(nodeIn('west', '3'));
  expect(told).toEqual(['default']);
});

test('a pod that somebody labels anew leaves the one pool for the other', () => {
  const { fleet, pods } = startFleet();
  const names = () => ['default', 'other'].map(pool => fleet.podsOf(pool).map(pod => pod.metadata.name));
  pods.put(makePod('a'));
  expect(names()).toEqual([['a'], []]);
  const moved = makePod('a', { labels: { [labels.pool]: 'other' } });
  pods.put(moved);
  expect(names()).toEqual([[], ['a']]);
  pods.remove('parley-system/a', moved.metadata.uid);
  expect(names()).toEqual([[], []]);
});
