import type { Call, CallSnapshot, SpeakersSnapshot } from '@parley/client';
import { useSyncExternalStore } from 'react';
import { useProvided } from './CallProvider.tsx';

/** The call itself, for what it can do. Never renders anew by itself. @throws Error outside of a `<CallProvider>`. */
export function useCall(): Call {
  return useProvided().call;
}

/** The call as it is now; renders anew whenever anything of it changes. */
export function useSnapshot(): CallSnapshot {
  const { subscribe, snapshot } = useCall();
  return useSyncExternalStore(subscribe, snapshot);
}

/** Who speaks; renders anew when somebody begins or ends, at most a few times a second. */
export function useSpeakers(): SpeakersSnapshot {
  const { speakers } = useCall();
  return useSyncExternalStore(speakers.subscribe, speakers.snapshot);
}
