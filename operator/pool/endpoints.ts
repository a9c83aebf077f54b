import type { Endpoint } from '@parley/resources';
import { exposureAnnotation, isOver, isReady, isTerminating, labels, type Pod, podRole } from '../kinds.ts';
import { announcedBy } from './addresses.ts';

/** Where clients reach the pods, as the status of their pool says. A pod stays as it was made, whatever its pool says now. */
export function endpointsOf(pods: readonly Pod[]): Endpoint[] {
  return pods
    .filter(pod => !isOver(pod))
    .map(endpointOf)
    .filter(endpoint => endpoint !== undefined)
    .sort((a, b) => (`${a.role} ${a.pod}` < `${b.role} ${b.pod}` ? -1 : 1));
}

/** Where clients reach one pod, or undefined if it is none of theirs to reach. */
export function endpointOf(pod: Pod): Endpoint | undefined {
  const role = podRole(pod);
  if (role !== 'sfu' && role !== 'turn') return undefined;
  const announced = announcedBy(pod);
  const { nodeName } = pod.spec;
  const ports = clientPorts(pod).map(({ port }) => port);
  return {
    pod: pod.metadata.name,
    role,
    ...(nodeName === undefined ? {} : { node: nodeName }),
    addresses: announced?.addresses ?? [],
    ...(announced ? { source: announced.source } : {}),
    ports: [...new Set(ports)].sort((a, b) => a - b),
  };
}

/** Whether media has to go through a relay, as clients cannot reach the pod. */
export function isRelayOnly(pod: Pod): boolean {
  return pod.metadata.annotations[exposureAnnotation] === 'TurnOnly';
}

/** Uid of the Room that has this relay for itself. */
export function roomOfRelay(pod: Pod): string | undefined {
  return pod.metadata.labels[labels.room];
}

/** Whether it is a relay that all rooms of the pool use. */
export function isSharedRelay(pod: Pod): boolean {
  return podRole(pod) === 'turn' && roomOfRelay(pod) === undefined;
}

/** URLs of a relay, none unless it takes clients. */
export function turnUrls(pod: Pod): string[] {
  const announced = announcedBy(pod);
  if (podRole(pod) !== 'turn' || !isReady(pod) || isTerminating(pod) || !announced) return [];
  return announced.addresses.flatMap(address => {
    const host = address.includes(':') ? `[${address}]` : address;
    return clientPorts(pod).map(({ name, port }) => {
      const [scheme, transport] = name.split('-');
      return `${scheme}:${host}:${port}?transport=${transport}`;
    });
  });
}

/** The ports that clients are told, by the names that the operator gave them. */
function clientPorts({ spec }: Pod): { name: string; port: number }[] {
  return spec.containers
    .filter(({ name }) => name === 'sfu' || name === 'turn')
    .flatMap(({ ports }) => ports)
    .filter(({ name }) => /^(media-\d+|turns?)-(udp|tcp)$/.test(name))
    .map(({ name, hostPort, containerPort }) => ({ name, port: hostPort ?? containerPort }));
}
