import { isStatus } from '@parley/resources';
import type { KubeClient } from './client.ts';
import type { KubeObject } from './wire.ts';

interface ResourceList {
  resources: { kind: string }[];
}

/**
 * Those of the objects whose kind the API server has, or gets with a definition among them, and the kinds of the
 * others: an old server lacks some.
 */
export async function servedOf(
  client: KubeClient,
  objects: readonly KubeObject[],
): Promise<{ served: KubeObject[]; unknown: string[] }> {
  const defined = new Set(objects.map(groupOfDefinition));
  const groups = [...new Set(objects.map(({ apiVersion = 'v1' }) => apiVersion))].filter(
    version => !defined.has(version.split('/')[0]),
  );
  const kinds = new Map(
    await Promise.all(groups.map(async version => [version, await kindsOf(client, version)] as const)),
  );
  const isServed = ({ apiVersion = 'v1', kind = '' }: KubeObject) => kinds.get(apiVersion)?.has(kind) ?? true;
  const unknown = objects
    .filter(object => !isServed(object))
    .map(({ apiVersion, kind }) => `${kind} (${apiVersion})`);
  return { served: objects.filter(isServed), unknown: [...new Set(unknown)] };
}

async function kindsOf(client: KubeClient, version: string): Promise<Set<string>> {
  const path = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  try {
    const { resources } = await client.call<ResourceList>({ path });
    return new Set(resources.map(({ kind }) => kind));
  } catch (error) {
    if (isStatus(error, 404)) return new Set();
    throw error;
  }
}

function groupOfDefinition(object: KubeObject): string | undefined {
  if (object.kind !== 'CustomResourceDefinition') return undefined;
  return (object as KubeObject & { spec: { group: string } }).spec.group;
}
