import type { KubeObject } from './wire.ts';

/** Plural names of the kinds that `local` writes, and whether they live in a namespace. */
const kinds: Record<string, { plural: string; namespaced: boolean }> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  Node: { plural: 'nodes', namespaced: false },
  Pod: { plural: 'pods', namespaced: true },
  Secret: { plural: 'secrets', namespaced: true },
  ConfigMap: { plural: 'configmaps', namespaced: true },
  Service: { plural: 'services', namespaced: true },
  ServiceAccount: { plural: 'serviceaccounts', namespaced: true },
  Event: { plural: 'events', namespaced: true },
  Ingress: { plural: 'ingresses', namespaced: true },
  Role: { plural: 'roles', namespaced: true },
  RoleBinding: { plural: 'rolebindings', namespaced: true },
  ClusterRole: { plural: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { plural: 'clusterrolebindings', namespaced: false },
  NetworkPolicy: { plural: 'networkpolicies', namespaced: true },
  PodDisruptionBudget: { plural: 'poddisruptionbudgets', namespaced: true },
  PriorityClass: { plural: 'priorityclasses', namespaced: false },
  CustomResourceDefinition: { plural: 'customresourcedefinitions', namespaced: false },
  MediaPool: { plural: 'mediapools', namespaced: false },
  Room: { plural: 'rooms', namespaced: true },
};

/**
 * The URL path of a kind's collection, in a namespace or in all.
 *
 * @throws Error for a kind that `local` does not know.
 */
export function collectionPath(apiVersion: string, kind: string, namespace?: string): string {
  const known = kinds[kind];
  if (!known) throw new Error(`The one-machine cluster does not know the kind ${kind}.`);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = known.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${known.plural}`;
}

/** The URL path of one object. */
export function objectPath({ apiVersion = 'v1', kind = '', metadata = {} }: KubeObject): string {
  const { name = '', namespace = 'default' } = metadata;
  return `${collectionPath(apiVersion, kind, namespace)}/${encodeURIComponent(name)}`;
}
