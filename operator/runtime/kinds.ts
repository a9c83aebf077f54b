import type { ObjectMeta } from '@parley/resources';
import type { z } from 'zod';

/** What every object of the API has. */
export interface KubeObject {
  metadata: ObjectMeta;
}

/** A resource type: where it lives in the API, and the part of it that its readers use. */
export interface Kind<T extends KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly schema: z.ZodType<T>;
}

/** Which object is meant; cluster-scoped ones have no namespace. */
export interface ObjectName {
  namespace?: string | undefined;
  name: string;
}

/** `namespace/name`, or `name` for what is cluster-scoped. */
export function objectKey({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Path of a collection, or of one object in it. */
export function apiPath(kind: Kind<KubeObject>, { namespace, name }: Partial<ObjectName> = {}): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
