import { availableParallelism, release, totalmem } from 'node:os';
import type { Network } from '../addresses.ts';
import { apply } from '../kube/apply.ts';
import { type KubeClient, patchTypes } from '../kube/client.ts';

const podLimit = '250';

/** Makes the node known and ready. */
export async function registerNode(
  client: KubeClient,
  name: string,
  { nodeAddress: address, ports }: Network,
): Promise<void> {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
  await apply(client, {
    ...node,
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
  });
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const resources = {
    cpu: `${availableParallelism()}`,
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: podLimit,
  };
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'PodRunnerReady',
    message: 'The pod runner of this machine runs pods as processes.',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  await client.call({
    method: 'PATCH',
    path: `/api/v1/nodes/${name}/status`,
    contentType: patchTypes.merge,
    body: {
      status: {
        addresses: [{ type: 'InternalIP', address }],
        capacity: resources,
        allocatable: resources,
        conditions: [ready],
        daemonEndpoints: { kubeletEndpoint: { Port: ports.kubelet } },
        nodeInfo: {
          architecture: process.arch === 'x64' ? 'amd64' : process.arch,
          bootID: '',
          containerRuntimeVersion: 'process://1',
          kernelVersion: release(),
          kubeProxyVersion: '',
          kubeletVersion: 'pod-runner',
          machineID: '',
          operatingSystem: 'linux',
          osImage: 'this machine',
          systemUUID: '',
        },
      },
    },
  });
  // New nodes are tainted as not ready, and no controller is there to see that this one is.
  await client.call({
    method: 'PATCH',
    path: `/api/v1/nodes/${name}`,
    contentType: patchTypes.merge,
    body: { spec: { taints: null } },
  });
}
