import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { stackVariable } from './processes.ts';

/** Process ids of everything that carries a marker that begins with `prefix`. */
export async function markedProcesses(prefix: string): Promise<number[]> {
  const wanted = `${stackVariable}=${prefix}`;
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    // Other users' processes cannot be read, and are not ours.
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').some(entry => entry.startsWith(wanted))) found.push(Number(name));
  }
  return found;
}

/**
 * Kills everything that carries a marker that begins with `prefix`.
 *
 * @returns how many processes there were.
 */
export async function killLeftovers(prefix: string): Promise<number> {
  const killed = new Set<number>();
  for (;;) {
    const found = await markedProcesses(prefix);
    if (found.length === 0) return killed.size;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(20);
  }
}
