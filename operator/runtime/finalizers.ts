import type { ObjectMeta } from '@parley/resources';

/** A merge patch that adds the finalizer, or undefined if it is there. It holds only for this version of the object. */
export function withFinalizer(metadata: ObjectMeta, finalizer: string): object | undefined {
  if (metadata.finalizers.includes(finalizer)) return undefined;
  return patch(metadata, [...metadata.finalizers, finalizer]);
}

/** A merge patch that removes the finalizer, or undefined if it is not there. */
export function withoutFinalizer(metadata: ObjectMeta, finalizer: string): object | undefined {
  if (!metadata.finalizers.includes(finalizer)) return undefined;
  return patch(
    metadata,
    metadata.finalizers.filter(one => one !== finalizer),
  );
}

/** A merge patch replaces the whole list, so it must not meet one that changed meanwhile. */
function patch({ resourceVersion, uid }: ObjectMeta, finalizers: string[]): object {
  return { metadata: { resourceVersion, uid, finalizers } };
}
