import { type Rendered, renderChart } from './render.ts';

export const namespace = 'parley-system';

/** Everything that the chart consists of with these values. */
export const render = (values: object, kubeVersion?: string) =>
  renderChart({ namespace, values, hooks: true, ...(kubeVersion ? { kubeVersion } : {}) });

/** The spec of the object of this kind and name. */
export function specOf<T>(objects: Rendered[], kind: string, name: string): T {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found.spec as T;
}
