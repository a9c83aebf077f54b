import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';

/**
 * Makes a folder of the cache once, whole or not at all: `make` fills a folder beside it, which then gets its name.
 * One process at a time does so; what an interrupted one left is removed.
 *
 * @param folder the folder's path, which tells the version and the recipe
 * @param program a file that the folder has when it is whole
 * @param make fills the folder that it is given
 */
export async function keep(
  folder: string,
  program: string,
  make: (unfinished: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.unfinished-`;
  const waiting = `Another set-up makes ${basename(folder)} for the same cache; waiting for it.`;
  await withLock(`${folder}.lock`, waiting, async () => {
    for (const name of await readdir(parent)) {
      if (!name.startsWith(prefix)) continue;
      await endBuilders(join(parent, name));
      await rm(join(parent, name), { recursive: true, force: true });
    }
    if (await isThere(join(folder, program))) return;
    await rm(folder, { recursive: true, force: true });
    const unfinished = join(parent, `${prefix}${process.pid}`);
    await mkdir(unfinished);
    try {
      await make(unfinished);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

/** Ends builds that outlived a set-up that was killed: their command lines name the folder that they fill. */
async function endBuilders(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.split('\0').some(arg => arg === folder || arg.startsWith(`${folder}/`))) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    try {
      if (group > 1) process.kill(-group, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
