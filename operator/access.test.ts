import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessObjects } from '@parley/local';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls, FaultProxy } from './test/fault-proxy.ts';
import { World } from './test/world.ts';

const account = 'parley-operator';
const system = '/api/v1/namespaces/parley-system';

let world: World;
let proxy: FaultProxy;
let dir: string;
let auditLog: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-access-'));
  auditLog = join(dir, 'audit.log');
  world = await World.start({ auditLog });
  proxy = await FaultProxy.start(world.plane);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

interface AccessObject {
  kind: string;
  metadata: { name: string };
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  roleRef?: { kind: string; name: string };
  subjects?: { kind: string; name: string }[];
}

/** `verb group/resource/subresource` for each right that the chart gives to the operator. */
function granted(): string[] {
  const objects = accessObjects('parley-system') as AccessObject[];
  const roles = objects
    .filter(({ subjects }) =>
      subjects?.some(({ kind, name }) => kind === 'ServiceAccount' && name === account),
    )
    .map(({ roleRef }) =>
      objects.find(({ kind, metadata }) => kind === roleRef?.kind && metadata.name === roleRef.name),
    );
  const rights = roles.flatMap(role =>
    (role?.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap(group =>
        resources.flatMap(resource => verbs.map(verb => `${verb} ${group}/${resource}`)),
      ),
    ),
  );
  return rights.sort();
}

interface AuditEvent {
  verb: string;
  user?: { username?: string };
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string };
  responseStatus?: { code?: number };
  requestURI: string;
}

/** What the operator has asked for so far. */
async function asked(): Promise<{ used: string[]; refused: string[] }> {
  const events = (await readFile(auditLog, 'utf8'))
    .split('\n')
    .filter(line => line.includes(`:${account}"`))
    .map(line => JSON.parse(line) as AuditEvent);
  const right = ({ verb, objectRef = {} }: AuditEvent) => {
    const { apiGroup = '', resource = '', subresource } = objectRef;
    return `${verb} ${apiGroup}/${resource}${subresource ? `/${subresource}` : ''}`;
  };
  const refused = events.filter(({ responseStatus }) => responseStatus?.code === 403);
  return { used: [...new Set(events.map(right))].sort(), refused: refused.map(right) };
}

const toggle = async (name: string, suspended: boolean) => {
  await world.patchRoom(name, { spec: { suspended } });
  await world.roomWith(name, suspended ? 'Suspended' : 'Placed');
};

test('the operator has the rights that it uses over a whole life, and no others', async () => {
  await world.driver.nodes.add('node-1');
  world.startOperator({ server: proxy.url });
  // An answer that is lost makes it look what became of its request.
  for (const resource of ['pods', 'services']) proxy.plan(calls('POST', resource), { kind: 'lose answer' });
  for (const type of ['NodePort', 'HostPort', 'HostNetwork', 'PodNetwork', 'TurnOnly']) {
    const name = type.toLowerCase();
    await world.applyPool(name, {
      minimum: 1,
      maximum: 1,
      drainSeconds: 1,
      exposure: { type },
      turn: { replicas: 1 },
    });
    await world.applyRoom(name, { pool: name, relay: 'Dedicated', idleTimeToLiveSeconds: 60 });
    await world.roomWith(name, 'Placed');
  }
  await eventually('the addresses of the node', async () => {
    const pods = await world.driver.sfuPods();
    return pods.some(({ metadata }) => metadata.annotations['parley.dev/addresses'] === '127.0.0.2');
  });

  // A pod whose node no watch knows: the operator asks for the node itself.
  await world.driver.loseNode('node-1', 'gone');
  await world.driver.nodes.add('node-2');
  for (const name of ['nodeport', 'hostport', 'hostnetwork', 'podnetwork', 'turnonly'])
    await world.roomWith(name, 'Placed');

  // What happens again is the same event.
  for (const suspended of [true, false, true, false]) await toggle('hostport', suspended);

  // A minute ago, as far as the status says.
  await world.plane.client.call({
    method: 'PATCH',
    path: '/apis/parley.dev/v1alpha1/namespaces/default/rooms/podnetwork/status',
    body: { status: { idleSince: new Date(Date.now() - 61_000).toISOString() } },
    contentType: 'application/merge-patch+json',
  });
  await eventually('the idle room to go', () => world.roomIsGone('podnetwork'));

  for (const name of ['nodeport', 'hostport', 'hostnetwork', 'turnonly']) await world.deleteRoom(name);
  for (const name of ['nodeport', 'hostport', 'hostnetwork', 'podnetwork', 'turnonly'])
    await world.deletePool(name);
  await eventually('everything to go', async () => {
    const left = await Promise.all(
      [`${system}/pods`, `${system}/services`, '/apis/parley.dev/v1alpha1/mediapools'].map(path =>
        world.plane.client.call<{ items: unknown[] }>({ path }),
      ),
    );
    return left.every(({ items }) => items.length === 0);
  });
  await world.stopOperator();

  const { used, refused } = await eventually('the audit log', async () => {
    const seen = await asked();
    return seen.used.includes('update coordination.k8s.io/leases') && seen;
  });
  expect(proxy.pending).toBe(0);
  expect(refused).toEqual([]);
  expect(used).toEqual(granted());
}, 60_000);
