import { useStore } from '../state/useStore.ts';
import { type Location, location } from './navigation.ts';

export function useLocation(): Location {
  return useStore(location);
}
