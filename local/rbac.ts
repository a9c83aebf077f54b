import { group } from '@parley/resources';
import type { KubeObject } from './kube/wire.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What the operator may do in the whole cluster. */
export const operatorClusterRules: Rule[] = [
  {
    apiGroups: [group],
    resources: ['rooms', 'mediapools'],
    verbs: ['get', 'list', 'watch', 'update', 'patch'],
  },
  // A room that nobody uses is deleted once its idle time to live is over.
  { apiGroups: [group], resources: ['rooms'], verbs: ['delete'] },
  {
    apiGroups: [group],
    resources: ['rooms/status', 'mediapools/status', 'rooms/finalizers', 'mediapools/finalizers'],
    verbs: ['get', 'update', 'patch'],
  },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  // The address that media is announced at comes from the node.
  { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
];

/** What the operator may do in its own namespace. */
export const operatorNamespaceRules: Rule[] = [
  // A Service of its own leads to each SFU pod of a pool that is exposed by NodePort.
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
  },
];

/** What signaling may do in the whole cluster: the REST API makes and deletes Rooms in any namespace. */
export const signalingClusterRules: Rule[] = [
  { apiGroups: [group], resources: ['rooms'], verbs: ['get', 'create', 'delete'] },
];

/** ServiceAccounts, roles and bindings of `operator` and `signaling` in `namespace`. */
export function accessObjects(namespace: string): KubeObject[] {
  return [
    serviceAccount(namespace, 'operator'),
    ...clusterAccess(namespace, 'operator', operatorClusterRules),
    ...namespaceAccess(namespace, 'operator', operatorNamespaceRules),
    serviceAccount(namespace, 'signaling'),
    ...clusterAccess(namespace, 'signaling', signalingClusterRules),
  ];
}

const rbac = 'rbac.authorization.k8s.io';

function serviceAccount(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

function clusterAccess(namespace: string, name: string, rules: Rule[]): object[] {
  const metadata = { name: `parley-${name}` };
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

function namespaceAccess(namespace: string, name: string, rules: Rule[]): object[] {
  const metadata = { name, namespace };
  return [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}
