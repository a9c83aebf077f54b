import { expect, test } from 'vitest';
import { isWorkload, podsOf } from './workload-pods.ts';

const workload = (kind: string, spec: object = {}) => {
  const object = {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'parley-web', namespace: 'there' },
    spec: {
      template: {
        metadata: { labels: { 'app.kubernetes.io/component': 'web' }, annotations: { a: 'b' } },
        spec: { containers: [{ name: 'web' }] },
      },
      ...spec,
    },
  };
  if (!isWorkload(object)) throw new Error(`${kind} makes no pods.`);
  return object;
};

test('pods are called after their component and are made as the template says', () => {
  const [first, second, ...others] = podsOf(workload('Deployment', { replicas: 2 }));
  expect(first).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-0',
      namespace: 'there',
      labels: { 'app.kubernetes.io/component': 'web' },
      annotations: { a: 'b' },
    },
    spec: { restartPolicy: 'Always', containers: [{ name: 'web' }] },
  });
  expect(second?.metadata?.name).toBe('web-1');
  expect(others).toEqual([]);
});

test('without a number there is one pod, and none if that is the number', () => {
  expect(podsOf(workload('StatefulSet'))).toHaveLength(1);
  expect(podsOf(workload('Deployment', { replicas: 0 }))).toEqual([]);
});

test('volumes that stay are refused with the name of who wants them', () => {
  const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' } }] };
  expect(() => podsOf(workload('StatefulSet', claims))).toThrow(
    'StatefulSet parley-web wants a PersistentVolume',
  );
});

test('nothing else makes pods', () => {
  expect(isWorkload({ kind: 'Job' })).toBe(false);
  expect(isWorkload({ kind: 'Pod' })).toBe(false);
});
