import { useStore } from '../state/useStore.ts';
import { preferences } from './preferences.ts';

/** Whether one's own picture is shown as in a mirror. */
export function useMirrored(): boolean {
  return useStore(preferences).mirrored;
}
