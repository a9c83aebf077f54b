import { maxFileName } from '@parley/protocol';

/** Slashes of both kinds, control characters, halves of surrogate pairs, and invisible ones, such as those that turn the reading direction. */
const forbidden = /[\p{Cc}\p{Cf}\p{Cs}/\\]+/gu;

/**
 * A file's name as it may be offered and saved: without folders and without what hides its ending, which outlasts a name that is too long.
 */
export function cleanFileName(name: string): string {
  const clean = name.toWellFormed().replaceAll(forbidden, '_').trim().replace(/^\.+/, '_');
  if (clean === '') return 'file';
  if (clean.length <= maxFileName) return clean;
  const ending = /\.[^.]{1,20}$/.exec(clean)?.[0] ?? '';
  // A surrogate pair is not cut in half.
  const start = clean.slice(0, maxFileName - ending.length).replace(/[\uD800-\uDBFF]$/, '');
  return start + ending;
}
