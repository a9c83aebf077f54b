import { useCallback, useEffect, useRef, useState } from 'react';
import { Connecting } from '../call/Connecting.tsx';
import { DevicesContext } from '../devices/devicesContext.ts';
import { readPreferences } from '../devices/preferences.ts';
import { GreenRoom } from '../greenroom/GreenRoom.tsx';
import type { Launch } from '../navigation/launch.ts';
import { Surface } from '../theme/Surface.tsx';
import { fetchCallCode } from './callCode.ts';
import { useMeetingDevices } from './useMeetingDevices.ts';
import { useSessionOf } from './useSessionOf.ts';

/** Whoever seems to be about to join does not wait for the call's code. If it fails, joining fetches it again. */
function prepare(): void {
  fetchCallCode().catch(() => undefined);
}

/** One room, from the green room through the call to its end. */
export default function MeetingPage({ room, launch: entered }: { room: string; launch: Launch }) {
  // What a changed address says later is no reason to disturb a call.
  const [launch] = useState(entered);
  const [preferences] = useState(readPreferences);
  const devices = useMeetingDevices(preferences, launch);
  const { stay, start, end } = useSessionOf({ room, launch, devices });
  const [name, setName] = useState(launch.name ?? preferences.name);
  const launched = useRef(false);

  const knock = useCallback(() => void start(name, { quietly: true }), [start, name]);

  const join = (displayName: string) => {
    setName(displayName);
    void start(displayName);
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
    void start(name);
  }, [launch.autojoin, name, start]);

  // What was begun ends with the page, also where strict mode takes it away and brings it back.
  useEffect(
    () => () => {
      launched.current = false;
    },
    [],
  );

  // What shows errors of the page says what to do.
  if (stay.status === 'failed') throw stay.error;
  return (
    <DevicesContext value={devices}>
      <Surface dark={stay.status !== 'none'}>
        {stay.status === 'none' && (
          <GreenRoom room={room} name={name} onJoin={joinChecked} onIntent={prepare} />
        )}
        {stay.status === 'fetching' && (
          <Connecting room={room} attempt={1} reason={undefined} onCancel={end} />
        )}
        {stay.status === 'begun' && (
          <stay.code.SessionContext value={stay.session}>
            <stay.code.CallScreen room={room} onRejoin={() => join(name)} onKnock={knock} onBack={end} />
          </stay.code.SessionContext>
        )}
      </Surface>
    </DevicesContext>
  );
}
