import type { Pod } from '../kinds.ts';

/** Node ports that pods have, also those of pods that are about to go. */
export function usedHostPorts(pods: Iterable<Pod>): Set<number> {
  const used = new Set<number>();
  for (const pod of pods) {
    for (const container of pod.spec.containers) {
      for (const { hostPort } of container.ports) if (hostPort !== undefined) used.add(hostPort);
    }
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
