import * as kubernetes from '@kubernetes/client-node';
import type { Rendered } from './render.ts';

interface Model {
  getAttributeTypeMap(): { name: string; baseName: string; type: string }[];
}

const models = kubernetes as unknown as Record<string, Model | undefined>;

/** The kinds that are not Kubernetes' own; nothing here can check them. */
export const foreignGroups = ['parley.dev', 'monitoring.coreos.com', 'gateway.networking.k8s.io'];

/**
 * The fields of an object that the newest Kubernetes does not have or that hold a value of another type, by the models
 * of the client library.
 */
export function unknownFields(object: Rendered): string[] {
  const [version = '', group] = object.apiVersion.split('/').reverse();
  if (foreignGroups.includes(group ?? '')) return [];
  const type = `V${version.slice(1)}${object.kind}`;
  if (!models[type]) return [`${object.apiVersion} ${object.kind} is no kind of Kubernetes`];
  return mistakes(object, type, `${object.kind} ${object.metadata.name}`);
}

function mistakes(value: unknown, type: string, path: string): string[] {
  if (value === undefined) return [];
  const item = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (item) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, index) => mistakes(one, item, `${path}[${index}]`));
  }
  const mapped = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (mapped) {
    if (!isObject(value)) return [`${path} is no map`];
    return Object.entries(value).flatMap(([key, one]) => mistakes(one, mapped, `${path}.${key}`));
  }
  const model = models[type];
  if (model && 'getAttributeTypeMap' in model) {
    if (!isObject(value)) return [`${path} is no object`];
    const fields = new Map(model.getAttributeTypeMap().map(field => [field.baseName, field.type]));
    return Object.entries(value).flatMap(([key, one]) => {
      const of = fields.get(key);
      return of ? mistakes(one, of, `${path}.${key}`) : [`${path}.${key} is no field of ${type}`];
    });
  }
  const scalar = ['string', 'number', 'boolean'].includes(type);
  return scalar && typeof value !== type ? [`${path} is no ${type}`] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
