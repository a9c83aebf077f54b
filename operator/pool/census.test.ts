import { MediaPoolSpec } from '@parley/resources';
import { expect, test } from 'vitest';
import { Node, type Pod } from '../kinds.ts';
import { Ledger } from '../ledger.ts';
import { Store } from '../runtime/index.ts';
import { makePod, makePool } from '../test/make.ts';
import { Census } from './census.ts';
import { Fleet } from './fleet.ts';
import { isStuck } from './member.ts';

const stuckMs = 300_000;
const minute = 60_000;

const nodeThatIs = (status: 'True' | 'Unknown', resourceVersion: string) =>
  Node.parse({
    metadata: { name: 'n1', uid: 'n1', resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { conditions: [{ type: 'Ready', status }] },
  });

function startCensus() {
  const [pods, nodes] = [new Store<Pod>(), new Store<Node>()];
  const registrations = { known: true, get: () => undefined };
  const loads = { get: () => ({ used: undefined, pressure: 'low', meshes: false }) as const };
  const onChange = () => undefined;
  const fleet = new Fleet({ pools: new Store(), pods, nodes, registrations, loads, onChange });
  const census = new Census({
    api: { get: () => Promise.reject(new Error('no node is looked for')) },
    nodes,
    fleet,
    ledger: new Ledger({ changed: () => undefined, freed: () => undefined }),
    registrations,
    peopleOn: () => 0,
    settings: { namespace: 'parley-system', images: { sfu: 'sfu', turn: 'turn' }, secretName: 'parley' },
  });
  const { metadata } = makePool();
  const lookAt = async (now: number) =>
    (await census.members({ metadata, spec: MediaPoolSpec.parse({}) }, now))[0];
  const isStuckAt = async (now: number) => {
    const member = await lookAt(now);
    return member && isStuck(member, stuckMs);
  };
  return { pods, nodes, lookAt, isStuckAt };
}

test('a pod that waited long for a node has all its time to start once it has one', async () => {
  const { pods, nodes, isStuckAt } = startCensus();
  nodes.put(nodeThatIs('True', '1'));
  pods.put(makePod('a', { ready: false }));
  expect(await isStuckAt(0)).toBe(false);
  expect(await isStuckAt(10 * minute)).toBe(false);
  pods.put(makePod('a', { ready: false, node: 'n1' }));
  expect(await isStuckAt(10 * minute)).toBe(false);
  expect(await isStuckAt(14 * minute)).toBe(false);
  expect(await isStuckAt(15 * minute)).toBe(true);
});

test('a pod has all its time to come back once its node answers again', async () => {
  const { pods, nodes, isStuckAt } = startCensus();
  nodes.put(nodeThatIs('Unknown', '1'));
  pods.put(makePod('a', { ready: false, node: 'n1' }));
  expect(await isStuckAt(0)).toBe(false);
  nodes.put(nodeThatIs('True', '2'));
  expect(await isStuckAt(10 * minute)).toBe(false);
  expect(await isStuckAt(15 * minute)).toBe(true);
});

test('a pod whose grace has been over for a minute should long have ended', async () => {
  const { pods, lookAt } = startCensus();
  const pod = makePod('a', { terminating: true });
  const graceEnds = Date.parse(pod.metadata.deletionTimestamp ?? '');
  pods.put(pod);
  expect(await lookAt(graceEnds + minute - 1)).toMatchObject({ going: true, overdue: false });
  expect(await lookAt(graceEnds + minute)).toMatchObject({ going: true, overdue: true });
});
