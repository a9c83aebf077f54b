import type { Container, Pod } from '../kube/types.ts';

/** What a pod's environment is made from, besides the pod itself. */
export interface Sources {
  podIp: string;
  hostIp: string;
  nodeName: string;
  /** The decoded data of a Secret or ConfigMap, or undefined if there is none of that name. */
  secret(name: string): Promise<Record<string, string> | undefined>;
  configMap(name: string): Promise<Record<string, string> | undefined>;
}

/** Something that a container refers to is not there (yet). */
export class MissingReferenceError extends Error {
  override readonly name = 'MissingReferenceError';
}

type EnvVar = NonNullable<Container['env']>[number];
type EnvFrom = NonNullable<Container['envFrom']>[number];

/**
 * The environment of a container, as the kubelet makes it: `envFrom` first, then `env` in its order, where later
 * values may use earlier ones as `$(NAME)`.
 *
 * @throws MissingReferenceError
 */
export async function containerEnvironment(
  pod: Pod,
  container: Container,
  sources: Sources,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    Object.assign(env, await allOf(source, sources));
  }
  for (const variable of container.env ?? []) {
    const value = await resolveValue(variable, pod, sources, env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

async function allOf({ prefix = '', secretRef, configMapRef }: EnvFrom, sources: Sources) {
  const ref = secretRef ?? configMapRef;
  if (!ref?.name) return {};
  const data = await (secretRef ? sources.secret(ref.name) : sources.configMap(ref.name));
  if (!data && !ref.optional) throw missing(secretRef ? 'secret' : 'configmap', ref.name);
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [prefix + key, value]));
}

async function resolveValue(
  { value, valueFrom }: EnvVar,
  pod: Pod,
  sources: Sources,
  env: Record<string, string>,
): Promise<string | undefined> {
  if (!valueFrom) return expand(value ?? '', env);
  if (valueFrom.fieldRef) return fieldOf(pod, valueFrom.fieldRef.fieldPath, sources);
  const ref = valueFrom.secretKeyRef ?? valueFrom.configMapKeyRef;
  if (!ref) throw new MissingReferenceError('resourceFieldRef is not known on the one-machine cluster');
  const name = ref.name ?? '';
  const kind = valueFrom.secretKeyRef ? 'secret' : 'configmap';
  const data = await (valueFrom.secretKeyRef ? sources.secret(name) : sources.configMap(name));
  const found = data?.[ref.key];
  if (found !== undefined || ref.optional) return found;
  throw data
    ? new MissingReferenceError(`couldn't find key ${ref.key} in ${kind} ${name}`)
    : missing(kind, name);
}

function missing(kind: string, name: string): MissingReferenceError {
  return new MissingReferenceError(`${kind} "${name}" not found`);
}

/** @throws MissingReferenceError for a field that the downward API does not have. */
export function fieldOf(
  pod: Pod,
  path: string,
  { podIp, hostIp, nodeName }: Pick<Sources, 'podIp' | 'hostIp' | 'nodeName'>,
): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod.metadata?.[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
    case 'metadata.namespace':
    case 'metadata.uid':
      return pod.metadata?.[path.slice('metadata.'.length) as 'name' | 'namespace' | 'uid'] ?? '';
    case 'metadata.labels':
    case 'metadata.annotations':
      return Object.entries(pod.metadata?.[path.slice('metadata.'.length) as 'labels'] ?? {})
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join('\n');
    case 'status.podIP':
    case 'status.podIPs':
      return podIp;
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIp;
    case 'spec.nodeName':
      return nodeName;
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    default:
      throw new MissingReferenceError(`the downward API has no field ${path}`);
  }
}

/** Replaces `$(NAME)` where NAME is known; `$$(NAME)` stands for `$(NAME)` as it is. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (match, name?: string) =>
    name === undefined ? '$' : (env[name] ?? match),
  );
}
