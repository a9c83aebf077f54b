import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const maxBytes = 32 * 1024 * 1024;
const periodMs = 30_000;

/** Keeps the logs below `folder` from filling the disk until the returned function is called. */
export function limitLogs(folder: string): () => void {
  const timer = setInterval(() => void shortenLogs(folder, maxBytes).catch(() => undefined), periodMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Moves the content of each log above `limit` bytes aside. Its writer appends, and so goes on at the beginning. */
export async function shortenLogs(folder: string, limit: number): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !entry.name.endsWith('.log') || (await stat(file)).size <= limit) continue;
    await copyFile(file, `${file}.previous`);
    await truncate(file);
  }
}
