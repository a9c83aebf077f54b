import { useCallback, useEffect, useRef, useState } from 'react';
import type { Session } from '../call/session.ts';
import type { Devices } from '../devices/devicesContext.ts';
import type { Launch } from '../navigation/launch.ts';
import { type CallCode, fetchCallCode } from './callCode.ts';

interface Options {
  room: string;
  launch: Launch;
  devices: Devices;
}

/** Where the page's one stay in the room stands. */
export type Stay =
  | { status: 'none' }
  /** The call's code is on its way. */
  | { status: 'fetching' }
  /** It could not be fetched: the network is gone, or the page was updated. */
  | { status: 'failed'; error: unknown }
  | { status: 'begun'; code: typeof CallCode; session: Session };

/** The page's one stay in the room at a time. It ends with the page. */
export function useSessionOf({ room, launch, devices }: Options) {
  const [stay, setStay] = useState<Stay>({ status: 'none' });
  const current = useRef<Session>(undefined);
  /** Counts what was begun and ended, so that code which comes late begins nothing. */
  const turn = useRef(0);

  const end = useCallback(() => {
    turn.current++;
    current.current?.end();
    current.current = undefined;
    setStay({ status: 'none' });
  }, []);

  const start = useCallback(
    async (displayName: string, { quietly = false } = {}) => {
      const mine = ++turn.current;
      // The call before let go of them.
      if (isOver(current.current) && !quietly) void devices.media.start();
      current.current?.end();
      setStay(before => (before.status === 'begun' ? before : { status: 'fetching' }));
      let code: typeof CallCode;
      try {
        code = await fetchCallCode();
      } catch (error) {
        if (turn.current === mine) setStay({ status: 'failed', error });
        return;
      }
      if (turn.current !== mine) return;
      const { token, relay, codec } = launch;
      const session = code.startSession({ room, displayName, token, relay, codec }, devices);
      current.current = session;
      setStay({ status: 'begun', code, session });
    },
    [room, launch, devices],
  );

  useEffect(
    () => () => {
      turn.current++;
      current.current?.end();
      current.current = undefined;
    },
    [],
  );
  return { stay, start, end };
}

function isOver(session: Session | undefined): boolean {
  const status = session?.call.snapshot().state.status;
  return status === 'ended' || status === 'refused';
}
