import { setTimeout as sleep } from 'node:timers/promises';
import { isStatus, type KubeClient, patchTypes } from './client.ts';
import { objectPath } from './paths.ts';
import type { KubeObject } from './wire.ts';

/** Applies objects on the server's side, in their order, and waits until each definition is served. */
export async function applyAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    if (object.kind === 'CustomResourceDefinition') await define(client, object);
    else await apply(client, object);
  }
}

/** Applies one object. @throws KubeError */
export function apply<T extends KubeObject>(client: KubeClient, object: T): Promise<T> {
  return client.call<T>({
    method: 'PATCH',
    path: `${objectPath(object)}?fieldManager=parley-local&force=true`,
    body: object,
    contentType: patchTypes.apply,
  });
}

/** Old API servers cannot apply a definition that has CEL rules, but they do take it and drop them. */
async function define(client: KubeClient, definition: KubeObject): Promise<void> {
  try {
    const path = objectPath({ ...definition, metadata: {} }).replace(/\/$/, '');
    await client.call({ method: 'POST', path, body: definition });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    await client.call({
      method: 'PATCH',
      path: objectPath(definition),
      body: definition,
      contentType: patchTypes.merge,
    });
  }
  await established(client, definition);
}

interface Definition extends KubeObject {
  spec: { group: string; names: { plural: string }; versions: { name: string }[] };
}

/** A resource is served a moment after its definition is established: the first answer to a list says when. */
async function established(client: KubeClient, definition: KubeObject): Promise<void> {
  const { spec } = definition as Definition;
  const path = `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}?limit=1`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.call({ path });
      return;
    } catch (error) {
      if (attempt >= 200 || !(isStatus(error, 404) || isStatus(error, 429) || isStatus(error, 503)))
        throw error;
      await sleep(50);
    }
  }
}
