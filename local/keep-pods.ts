import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from './kube/apply.ts';
import type { KubeClient } from './kube/client.ts';
import type { Pod } from './kube/types.ts';
import { watchCollection } from './kube/watch.ts';
import type { KubeObject } from './kube/wire.ts';

const retryMs = 1_000;

export interface KeepPodsOptions {
  client: KubeClient;
  /** Path of the collection that the pods are in. */
  path: string;
  pods: readonly KubeObject[];
  /** Is told the name of each pod that was gone and is there again. */
  broughtBack: (name: string) => void;
}

/** Makes these pods again when they are gone, as Deployments do on a real cluster, until `signal` aborts. */
export function keepPods(options: KeepPodsOptions, signal: AbortSignal): Promise<void> {
  const { client, path, broughtBack } = options;
  const wanted = new Map(options.pods.map(pod => [pod.metadata?.name ?? '', pod]));
  const bringBack = async (name: string, pod: KubeObject) => {
    while (!signal.aborted) {
      try {
        await apply(client, pod);
        broughtBack(name);
        return;
      } catch {
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  return watchCollection<Pod>(
    client,
    path,
    {
      replace(pods) {
        const present = new Set(pods.map(({ metadata }) => metadata?.name));
        for (const [name, pod] of wanted) if (!present.has(name)) void bringBack(name, pod);
      },
      set: () => undefined,
      remove({ metadata }) {
        const name = metadata?.name ?? '';
        const pod = wanted.get(name);
        if (pod) void bringBack(name, pod);
      },
    },
    signal,
  );
}
