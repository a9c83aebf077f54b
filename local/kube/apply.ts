import { setTimeout as sleep } from 'node:timers/promises';
import { isStatus, KubeError } from '@parley/resources';
import { type KubeClient, patchTypes } from './client.ts';
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
export async function apply(client: KubeClient, object: KubeObject): Promise<void> {
  try {
    await client.call({
      method: 'PATCH',
      path: `${objectPath(object)}?fieldManager=parley-local&force=true`,
      body: object,
      contentType: patchTypes.apply,
    });
  } catch (error) {
    // An old API server refuses to apply a field that it does not know.
    if (!(error instanceof KubeError && error.message.includes('field not declared in schema'))) throw error;
    await put(client, object);
  }
}

/** Old API servers cannot apply a definition that has CEL rules. */
async function define(client: KubeClient, definition: KubeObject): Promise<void> {
  await put(client, definition);
  await established(client, definition);
}

/** Makes or changes an object in the way of which every API server drops what it does not know. */
async function put(client: KubeClient, object: KubeObject): Promise<void> {
  const path = objectPath(object);
  try {
    await client.call({ method: 'POST', path: path.slice(0, path.lastIndexOf('/')), body: object });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    await client.call({ method: 'PATCH', path, body: object, contentType: patchTypes.merge });
  }
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
