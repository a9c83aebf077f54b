import { setTimeout as sleep } from 'node:timers/promises';
import { systemNamespace } from './installation.ts';
import type { KubeClient } from './kube/client.ts';
import type { List, Pod } from './kube/types.ts';

interface Pool {
  status?: { conditions?: { type: string; status: string; reason: string; message: string }[] };
}

const lookMs = 100;

/**
 * Waits until the given pods and the default MediaPool are ready.
 *
 * @throws Error that says what is not ready and why, or the signal's reason.
 */
export async function untilReady(
  client: KubeClient,
  names: readonly string[],
  options: { timeoutMs: number; signal: AbortSignal; ready(what: string): void },
): Promise<void> {
  const end = Date.now() + options.timeoutMs;
  const seen = new Set<string>();
  for (;;) {
    const missing = await problems(client, names);
    for (const what of [...names, 'media pool']) {
      if (missing.has(what) || seen.has(what)) continue;
      seen.add(what);
      options.ready(what);
    }
    if (missing.size === 0) return;
    if (Date.now() > end) {
      const list = [...missing].map(([what, why]) => `  ${what}: ${why}`).join('\n');
      throw new Error(`Not everything was ready after ${options.timeoutMs / 1000} s:\n${list}`);
    }
    await sleep(lookMs, undefined, { signal: options.signal });
  }
}

/** What is not ready yet, and what is known about it. */
async function problems(client: KubeClient, names: readonly string[]): Promise<Map<string, string>> {
  const [pods, pool] = await Promise.all([
    client.call<List<Pod>>({ path: `/api/v1/namespaces/${systemNamespace}/pods` }),
    client.call<Pool>({ path: '/apis/parley.dev/v1alpha1/mediapools/default' }),
  ]);
  const found = new Map<string, string>();
  for (const name of names) {
    const pod = pods.items.find(({ metadata }) => metadata?.name === name);
    const ready = pod?.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') found.set(name, describe(pod));
  }
  const ready = pool.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') found.set('media pool', ready?.message ?? 'the operator said nothing yet');
  return found;
}

function describe(pod: Pod | undefined): string {
  const container = pod?.status?.containerStatuses?.[0];
  const waiting = container?.state?.waiting;
  if (waiting) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  if (!container) return pod ? 'not started' : 'not there';
  return `running but not ready, restarted ${container.restartCount} times`;
}
