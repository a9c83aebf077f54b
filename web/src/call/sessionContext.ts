import type { CallSnapshot, SpeakersSnapshot } from '@parley/client';
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

/** Who speaks; renders anew when somebody begins or ends, at most a few times a second. */
export function useSpeakers(): SpeakersSnapshot {
  const { speakers } = useSession().call;
  return useSyncExternalStore(speakers.subscribe, speakers.snapshot);
}
