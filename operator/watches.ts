import type { Logger } from '@parley/telemetry';
import { labels, mediaPools, nodes, pods, rooms, services } from './kinds.ts';
import { type ControllerMetrics, type KubeApi, ListWatch } from './runtime/index.ts';
import type { Settings } from './settings.ts';

/** What the operator follows in the API server, and where it finds what it last heard of it. */
export function createWatches(
  api: KubeApi,
  { NAMESPACE: namespace, WATCH_SECONDS: timeoutSeconds }: Settings,
  log: Logger,
  metrics: ControllerMetrics,
) {
  const ofPools = {
    namespace,
    labelSelector: `${labels.partOf}=parley,${labels.pool}`,
    timeoutSeconds,
  };
  // A pool's canary has its label, too.
  const mediaPods = {
    ...ofPools,
    labelSelector: `${ofPools.labelSelector},${labels.component} in (sfu,turn)`,
  };
  const watches = {
    rooms: new ListWatch(api, rooms, log, { timeoutSeconds }),
    pools: new ListWatch(api, mediaPools, log, { timeoutSeconds }),
    pods: new ListWatch(api, pods, log, mediaPods),
    nodes: new ListWatch(api, nodes, log, { timeoutSeconds }),
    services: new ListWatch(api, services, log, ofPools),
  };
  const all = Object.values(watches);
  for (const watch of all) metrics.observeSilence(watch.kind.plural, () => watch.silenceSeconds);
  const stores = {
    rooms: watches.rooms.store,
    pools: watches.pools.store,
    pods: watches.pods.store,
    nodes: watches.nodes.store,
    services: watches.services.store,
  };
  return { all, stores };
}

export type Stores = ReturnType<typeof createWatches>['stores'];
