import type { TransferId } from '@parley/protocol';
import { Store } from '../state/store.ts';

/** Which received files were saved. */
export const saved = new Store<ReadonlySet<TransferId>>(new Set());

/** How long the browser may take to begin with a download, in ms, before its address is taken back. */
const addressMs = 60_000;

/** Hands a received file to the browser, to be saved under its name. It is never opened. */
export function save(id: TransferId, blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.rel = 'noopener';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), addressMs);
  saved.set(new Set([...saved.get(), id]));
}
