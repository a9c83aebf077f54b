import type { V1Pod } from '@kubernetes/client-node';
import { group, type PodTemplate } from '@parley/resources';

type Fields = Record<string, unknown>;

/** Lists whose entries have keys, and what becomes of an entry that both have: a union of sources cannot be merged. */
const keyedLists: Record<string, { key: string; entry: 'merged' | 'replaced' }> = {
  containers: { key: 'name', entry: 'merged' },
  initContainers: { key: 'name', entry: 'merged' },
  ports: { key: 'name', entry: 'merged' },
  env: { key: 'name', entry: 'replaced' },
  volumes: { key: 'name', entry: 'replaced' },
  volumeMounts: { key: 'mountPath', entry: 'merged' },
  volumeDevices: { key: 'devicePath', entry: 'merged' },
  imagePullSecrets: { key: 'name', entry: 'merged' },
  sysctls: { key: 'name', entry: 'merged' },
};

/**
 * Lays a pool's template over a pod of the operator's: objects field by field, lists of named things by name, other lists
 * as a whole; null takes a field away. What Parley knows its pods by stays.
 */
export function withTemplate(pod: V1Pod, { metadata, spec }: PodTemplate): V1Pod {
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...foreign(metadata.labels), ...pod.metadata?.labels },
      annotations: { ...foreign(metadata.annotations), ...pod.metadata?.annotations },
    },
    // The API server checks what comes out; the types of client-node know nothing of a merge.
    spec: merged({ ...pod.spec }, spec ?? {}) as unknown as NonNullable<V1Pod['spec']>,
  };
}

/** What is not under Parley's own prefix, which says things about pods that only the operator knows. */
function foreign(entries: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !name.startsWith(`${group}/`)));
}

function merged(under: Fields, over: Fields): Fields {
  const result = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    if (value === null) result.delete(name);
    else result.set(name, mergedValue(name, result.get(name), value));
  }
  return Object.fromEntries(result);
}

function mergedValue(name: string, under: unknown, over: unknown): unknown {
  if (Array.isArray(over)) {
    const list = Object.hasOwn(keyedLists, name) ? keyedLists[name] : undefined;
    return list && Array.isArray(under) ? mergedList(list, under, over) : over;
  }
  return isFields(over) ? merged(isFields(under) ? under : {}, over) : over;
}

function mergedList({ key, entry }: { key: string; entry: string }, under: unknown[], over: unknown[]) {
  const keyOf = (one: unknown) => (isFields(one) ? one[key] : undefined);
  const result = [...under];
  for (const one of over) {
    const at = result.findIndex(other => keyOf(other) !== undefined && keyOf(other) === keyOf(one));
    const before = result[at];
    if (at === -1) result.push(one);
    else result[at] = entry === 'merged' && isFields(before) && isFields(one) ? merged(before, one) : one;
  }
  return result;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
