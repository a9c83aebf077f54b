import { useCallback, useEffect, useRef, useState } from 'react';
import { type Session, startSession } from '../call/session.ts';
import type { Devices } from '../devices/devicesContext.ts';
import type { Launch } from '../navigation/launch.ts';

interface Options {
  room: string;
  launch: Launch;
  devices: Devices;
}

/** The page's one stay in the room at a time. It ends with the page. */
export function useSessionOf({ room, launch, devices }: Options) {
  const [session, setSession] = useState<Session>();
  const current = useRef<Session>(undefined);

  const end = useCallback(() => {
    current.current?.end();
    current.current = undefined;
    setSession(undefined);
  }, []);

  const start = useCallback(
    (displayName: string, { quietly = false } = {}) => {
      // The call before let go of them.
      if (isOver(current.current) && !quietly) void devices.media.start();
      current.current?.end();
      const { token, relay, codec } = launch;
      current.current = startSession({ room, displayName, token, relay, codec }, devices);
      setSession(current.current);
    },
    [room, launch, devices],
  );

  useEffect(
    () => () => {
      current.current?.end();
      current.current = undefined;
    },
    [],
  );
  return { session, start, end };
}

function isOver(session: Session | undefined): boolean {
  const status = session?.call.snapshot().state.status;
  return status === 'ended' || status === 'refused';
}
