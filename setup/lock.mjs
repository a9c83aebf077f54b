import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process holds the lock file. One that a dead process left counts for nothing.
 *
 * @template T
 * @param {string} file
 * @param {string} waiting what to tell people once if somebody else holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, waiting, work) {
  await mkdir(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const mine = await identity(process.pid);
  for (let told = false; !(await take(file, own, mine)); ) {
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if ((await identity(Number.parseInt(holder, 10))) !== holder) {
      await discard(file, own, holder);
      continue;
    }
    if (!told) console.error(waiting);
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A link appears at once and whole, a written file would be empty for a moment. */
async function take(file, own, mine) {
  await writeFile(own, mine);
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes a dead process's lock, and gives back the one that another process took in its place meanwhile. */
async function discard(file, own, stale) {
  try {
    await rename(file, own);
    if ((await readFile(own, 'utf8')) !== stale) await link(own, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** A process's number and, where it can be had, when it started, since numbers are used again. */
async function identity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return '';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}
