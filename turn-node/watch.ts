import { type FSWatcher, watch } from 'node:fs';

/** How often to look although nothing was announced, in ms. */
const lookMs = 10_000;
/** A change of several files is one change, if it takes no longer, in ms. */
const settleMs = 50;

/**
 * Calls `look` soon after anything in a folder changes, and from time to time by itself: file systems may tell nothing.
 * The kubelet replaces the files of a Secret by moving a symbolic link in their folder, which is a change of that folder.
 * Calls do not overlap; what `look` throws is its own affair.
 */
export function watchFolder(folder: string, look: () => Promise<void>): Disposable {
  let closed = false;
  let busy: Promise<void> = Promise.resolve();
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    if (closed) return;
    settling = setTimeout(() => {
      busy = busy.then(() => (closed ? undefined : look().catch(() => undefined)));
    }, settleMs);
  };
  const watcher = watchQuietly(folder, soon);
  const timer = setInterval(soon, lookMs);
  return {
    [Symbol.dispose]: () => {
      closed = true;
      clearTimeout(settling);
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/** Without a watcher there are still the looks from time to time. */
function watchQuietly(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
