import { createContext, useContext, useEffect } from 'react';
import type { Bridge, Stay } from './bridge.ts';

/** The way to the page around this one; undefined where no page has embedded this one by the script. */
export const BridgeContext = createContext<Bridge | undefined>(undefined);

/** Connects a stay with the embedding page, if there is one, for as long as this is drawn. */
export function useBridge({ call, media, screen }: Stay): void {
  const bridge = useContext(BridgeContext);
  useEffect(() => bridge?.attach({ call, media, screen }), [bridge, call, media, screen]);
}
