import { useCallback, useEffect, useRef, useState } from 'react';
import { CallScreen } from '../call/CallScreen.tsx';
import { SessionContext } from '../call/sessionContext.ts';
import { DevicesContext } from '../devices/devicesContext.ts';
import { readPreferences } from '../devices/preferences.ts';
import { GreenRoom } from '../greenroom/GreenRoom.tsx';
import type { Launch } from '../navigation/launch.ts';
import { Surface } from '../theme/Surface.tsx';
import { useMeetingDevices } from './useMeetingDevices.ts';
import { useSessionOf } from './useSessionOf.ts';

/** One room, from the green room through the call to its end. */
export default function MeetingPage({ room, launch: entered }: { room: string; launch: Launch }) {
  // What a changed address says later is no reason to disturb a call.
  const [launch] = useState(entered);
  const [preferences] = useState(readPreferences);
  const devices = useMeetingDevices(preferences, launch);
  const { session, start, end } = useSessionOf({ room, launch, devices });
  const [name, setName] = useState(launch.name ?? preferences.name);
  const launched = useRef(false);

  const knock = useCallback(() => start(name, { quietly: true }), [start, name]);

  const join = (displayName: string) => {
    setName(displayName);
    start(displayName);
  };

  const joinChecked = (displayName: string) => {
    devices.media.acceptFailures();
    join(displayName);
  };

  useEffect(() => {
    document.title = `${room} · Parley`;
    return () => {
      document.title = 'Parley';
    };
  }, [room]);

  useEffect(() => {
    if (!launch.autojoin || name === '' || launched.current) return;
    launched.current = true;
    start(name);
  }, [launch.autojoin, name, start]);

  return (
    <DevicesContext value={devices}>
      <Surface dark={session !== undefined}>
        {session ? (
          <SessionContext value={session}>
            <CallScreen room={room} onRejoin={() => join(name)} onKnock={knock} onBack={end} />
          </SessionContext>
        ) : (
          <GreenRoom room={room} name={name} onJoin={joinChecked} />
        )}
      </Surface>
    </DevicesContext>
  );
}
