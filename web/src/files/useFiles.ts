import type { FilesSnapshot, Transfer } from '@parley/client';
import { useEffect, useSyncExternalStore } from 'react';
import { useSession } from '../call/sessionContext.ts';

/** The files of the call as they are now. */
export function useFiles(): FilesSnapshot {
  const { files } = useSession().call;
  return useSyncExternalStore(files.subscribe, files.snapshot);
}

/** Offers to oneself that are not answered. */
export function offersAmong(transfers: readonly Transfer[]): Transfer[] {
  return transfers.filter(({ direction, state }) => direction === 'receive' && state.status === 'offered');
}

/** What was received whole. */
export function receivedAmong(transfers: readonly Transfer[]): Transfer[] {
  return transfers.filter(({ direction, state }) => direction === 'receive' && state.status === 'done');
}

/** Lets the browser ask before the page is closed while files are on their way, or received ones are not saved. */
export function useGuard(transfers: readonly Transfer[], saved: ReadonlySet<string>): void {
  const atStake =
    transfers.some(({ state }) => state.status === 'connecting' || state.status === 'moving') ||
    receivedAmong(transfers).some(({ id }) => !saved.has(id));
  useEffect(() => {
    if (!atStake) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [atStake]);
}
