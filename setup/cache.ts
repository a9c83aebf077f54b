import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Where downloads and builds are kept for all checkouts of this user. */
export function cacheDir(env: Env = process.env, home = homedir()): string {
  if (env.PARLEY_CACHE) return env.PARLEY_CACHE;
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'parley');
}

/** Eight hexadecimal digits that change whenever a name or the content of a file does. */
export function fingerprint(files: Iterable<readonly [name: string, content: string]>): string {
  const hash = createHash('sha256');
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name.length}:${name}${content.length}:${content}`);
  }
  return hash.digest('hex').slice(0, 8);
}

/** The fingerprint of a recipe: of everything in its folder but TypeScript, which only drives it. */
export function recipeFingerprint(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name));
  return fingerprint(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')] as const));
}
