import type { KubeApi } from './api.ts';
import type { Kind, KubeObject } from './kinds.ts';

type Fields = Record<string, unknown>;
type WithStatus = KubeObject & { status: object };

/**
 * Makes this the object's whole status, by server-side apply. What still stands there after that was written by
 * another, or by an operator from before it applied, and is removed.
 *
 * @throws KubeError, with 404 if the object is gone.
 */
export async function writeStatus<T extends WithStatus>(
  api: KubeApi,
  kind: Kind<T>,
  object: T,
  status: T['status'],
): Promise<T> {
  const applied = await api.apply(kind, object, { status }, 'status');
  const excess = tooMuch({ ...applied.status }, { ...(status as object) });
  return excess ? api.patch(kind, object.metadata, { status: excess }, 'status') : applied;
}

/** A merge patch that removes the fields and the list entries that are there beside the wanted ones. */
function tooMuch(there: Fields, wanted: Fields): Fields | undefined {
  const patch: Fields = {};
  for (const [name, value] of Object.entries(there)) {
    const want = wanted[name];
    if (value !== undefined && want === undefined) patch[name] = null;
    else if (Array.isArray(value) && Array.isArray(want) && value.length > want.length) patch[name] = want;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
