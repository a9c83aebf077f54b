import { isDeepStrictEqual } from 'node:util';

type Fields = Record<string, unknown>;

/**
 * The JSON merge patch (RFC 7396) that turns the top-level fields of `before` into those of `after`, or undefined if
 * they are deeply equal. A field that is gone is set to null.
 */
export function mergePatch(before: Fields, after: Fields): Fields | undefined {
  const patch: Fields = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isDeepStrictEqual(before[name], after[name])) continue;
    patch[name] = after[name] === undefined ? null : after[name];
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
