import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitions, KubeError } from '@parley/resources';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { KubeClient } from './kube/client.ts';

let plane: ControlPlane;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-control-plane-'));
  plane = await startControlPlane({ dir });
  await plane.apply(definitions);
});
afterAll(() => plane.stop());

test('serves the definitions as soon as they are applied', async () => {
  await plane.apply([
    {
      apiVersion: 'parley.dev/v1alpha1',
      kind: 'Room',
      metadata: { name: 'demo', namespace: 'default' },
      spec: {},
    } as never,
  ]);
  const rooms = await plane.client.call<{ items: unknown[] }>({ path: '/apis/parley.dev/v1alpha1/rooms' });
  expect(rooms.items).toHaveLength(1);
});

test('a service account may do what RBAC grants and nothing more', async () => {
  await plane.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody', namespace: 'default' } },
  ]);
  const token = await plane.serviceAccountToken('default', 'nobody');
  const client = new KubeClient({ url: plane.url, ca: plane.ca, token });
  const refused = await client.call({ path: '/api/v1/pods' }).catch((error: unknown) => error);
  client.close();
  expect(refused).toBeInstanceOf(KubeError);
  expect(refused).toMatchObject({ status: 403, reason: 'Forbidden' });
});

test('keeps what it stored when the API server is killed and started again', async () => {
  await plane.killApiserver();
  await expect(plane.client.call({ path: '/api/v1/namespaces' })).rejects.toThrow();
  await plane.restartApiserver();
  const room = await eventually('the stored room', () =>
    plane.client.call<{ kind: string }>({
      path: '/apis/parley.dev/v1alpha1/namespaces/default/rooms/demo',
    }),
  );
  expect(room.kind).toBe('Room');
});

test('keeps its keys to its owner', async () => {
  const { mode } = await stat(plane.kubeconfig);
  expect(mode & 0o077).toBe(0);
});
