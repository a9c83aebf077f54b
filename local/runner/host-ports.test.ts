import { expect, test } from 'vitest';
import type { Pod, Service } from '../kube/types.ts';
import { nodePortsOf } from './host-ports.ts';

const pod: Pod = { metadata: { labels: { app: 'sfu', pod: 'a' } } };
const service = (type: string, selector: Record<string, string> | undefined): Service => ({
  spec: {
    type,
    ...(selector ? { selector } : {}),
    ports: [
      { protocol: 'UDP', port: 30_000, targetPort: 30_000, nodePort: 30_000 },
      { protocol: 'TCP', port: 80, nodePort: 30_001 },
      { protocol: 'TCP', port: 81, targetPort: 'http', nodePort: 30_002 },
    ],
  },
});

test('a NodePort Service that selects the pod leads to it', () => {
  expect(nodePortsOf(pod, [service('NodePort', { pod: 'a' })])).toEqual([
    { protocol: 'UDP', hostPort: 30_000, containerPort: 30_000 },
    { protocol: 'TCP', hostPort: 30_001, containerPort: 80 },
  ]);
});

test.each([
  ['ClusterIP', { pod: 'a' }],
  ['NodePort', { pod: 'b' }],
  ['NodePort', { app: 'sfu', pod: 'b' }],
  ['NodePort', undefined],
])('a Service of type %s with selector %o does not', (type, selector) => {
  expect(nodePortsOf(pod, [service(type, selector)])).toEqual([]);
});
