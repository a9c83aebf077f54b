import type { CallSnapshot } from '@parley/client';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** @throws Error outside of a call. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionContext above it.');
  return session;
}

/** The call as it is now; renders anew whenever it changes. */
export function useCall(): CallSnapshot {
  const { call } = useSession();
  return useSyncExternalStore(
    listener => call.subscribe(listener),
    () => call.snapshot(),
  );
}
