import type { MediaPoolSpec } from '@parley/resources';
import type { Pod, PodRole, Service } from '../kinds.ts';
import { exposureOf } from './exposure.ts';

/** Where an SFU pod listens. */
export interface SfuPorts {
  /** One per worker, for UDP and TCP; clients are told these. */
  media: number[];
  /** Control API, health and figures. */
  control: number;
}

/** Where every pod has an address of its own. */
export const usualControlPort = 8080;
const firstPodPort = 40_000;

/** Ports of nodes that pods and Services have, also those of pods that are about to go. */
export function usedNodePorts(pods: Iterable<Pod>, services: Iterable<Service>): Set<number> {
  const used = new Set<number>();
  for (const pod of pods) {
    for (const container of pod.spec.containers) {
      for (const { hostPort, containerPort } of container.ports) {
        const port = pod.spec.hostNetwork ? containerPort : hostPort;
        if (port !== undefined) used.add(port);
      }
    }
  }
  for (const { spec } of services) {
    for (const { nodePort } of spec.ports) if (nodePort !== undefined) used.add(nodePort);
  }
  return used;
}

/** The lowest `count` ports of the range that are not in use, or undefined if there are not so many. */
export function allocatePorts(
  range: { from: number; to: number },
  used: ReadonlySet<number>,
  count: number,
): number[] | undefined {
  const ports: number[] = [];
  for (let port = range.from; port <= range.to && ports.length < count; port += 1) {
    if (!used.has(port)) ports.push(port);
  }
  return ports.length === count ? ports : undefined;
}

/**
 * The ports of a new SFU pod, or undefined if the pool's range is used up. A port of a node is unique among all pools,
 * since two pods of different pools may come to one node.
 */
export function sfuPorts(spec: MediaPoolSpec, used: ReadonlySet<number>): SfuPorts | undefined {
  const { exposure, sfu } = spec;
  const usualControl = (media: number[] | undefined) => media && { media, control: usualControlPort };
  // A pod's ports are also told apart from its own control port.
  const taken = new Set(used).add(usualControlPort);
  switch (exposure.type) {
    case 'HostPort':
      return usualControl(allocatePorts(exposure.hostPorts, taken, sfu.workers));
    case 'NodePort':
      return usualControl(allocatePorts(exposure.nodePorts, taken, sfu.workers));
    case 'HostNetwork': {
      const [control, ...media] = allocatePorts(exposure.hostPorts, used, sfu.workers + 1) ?? [];
      return control === undefined ? undefined : { media, control };
    }
    case 'PodNetwork':
    case 'TurnOnly':
      return usualControl(Array.from({ length: sfu.workers }, (_, index) => firstPodPort + index));
  }
}

/** Where a new relay answers probes, or undefined if the pool's range is used up. */
export function relayControlPort(spec: MediaPoolSpec, used: ReadonlySet<number>): number | undefined {
  const own = new Set([spec.turn.port, spec.turn.tlsPort]);
  if (exposureOf('turn', spec) !== 'HostNetwork') {
    return allocatePorts({ from: usualControlPort, to: usualControlPort + 2 }, own, 1)?.[0];
  }
  return allocatePorts(spec.exposure.hostPorts, new Set([...used, ...own]), 1)?.[0];
}

/** What to say when the range is used up. */
export function outOfPorts(role: PodRole, spec: MediaPoolSpec): string {
  const field = exposureOf(role, spec) === 'NodePort' ? 'nodePorts' : 'hostPorts';
  const { from, to } = spec.exposure[field];
  return `All node ports from ${from} to ${to} are taken: widen spec.exposure.${field}.`;
}
