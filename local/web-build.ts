import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stackVariable } from './processes.ts';

const root = join(import.meta.dirname, '..');
/** Folders whose files the page is made of. */
const sources = ['web', 'embed', 'react', 'client', 'protocol'];
/** Lies in `web/dist` and says what it was built from. */
const stamp = '.sources';

/**
 * Builds the page into `web/dist`, unless it was already built from the same sources.
 *
 * @param work folder for unfinished work, which the caller removes
 * @param marker what the build's processes carry in their environment
 * @returns whether it was built.
 * @throws Error with what the build said if it fails.
 */
export async function buildWeb(work: string, marker: string): Promise<boolean> {
  const dist = join(root, 'web/dist');
  const wanted = await sourcesHash();
  const present = await readFile(join(dist, stamp), 'utf8').catch(() => undefined);
  if (present === wanted) return false;
  await vite(work, marker);
  await writeFile(join(work, stamp), wanted);
  // Whoever serves the old page meanwhile keeps its files.
  await cp(work, dist, { recursive: true });
  return true;
}

async function vite(outDir: string, marker: string): Promise<void> {
  const program = join(root, 'node_modules/vite/bin/vite.js');
  const args = [program, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, args, {
    cwd: join(root, 'web'),
    env: { ...process.env, NODE_ENV: 'production', [stackVariable]: marker },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The page could not be built:\n${said.slice(-4_000)}`);
}

async function sourcesHash(): Promise<string> {
  const files = [join(root, 'package-lock.json')];
  for (const folder of sources) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const inside = relative(join(root, folder), path);
      if (entry.isFile() && !/^(dist|node_modules)\/|\.test\.tsx?$/.test(inside)) files.push(path);
    }
  }
  const hash = createHash('sha256');
  for (const path of files.sort()) {
    const content = await readFile(path).catch(() => '');
    hash.update(`${relative(root, path)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
