import { CallProvider, RoomAudio } from '@parley/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDevices } from '../devices/devicesContext.ts';
import { useBridge } from '../embed/bridgeContext.ts';
import { InLobby } from '../lobby/InLobby.tsx';
import { Announcer } from './Announcer.tsx';
import { Connecting } from './Connecting.tsx';
import { waitedFor } from './closure.ts';
import { Ended } from './Ended.tsx';
import { InCall } from './InCall.tsx';
import { Refused } from './Refused.tsx';
import { useCall, useSession } from './sessionContext.ts';
import { Waiting } from './Waiting.tsx';

interface Props {
  room: string;
  /** Joins anew, as the same person. */
  onRejoin: () => void;
  /** Joins anew with microphone and camera off until the person is in. */
  onKnock: () => void;
  /** Back to the green room. */
  onBack: () => void;
}

/** A call from the click on Join to its end. Screen readers say only what changes in a place that was there before. */
export function CallScreen(props: Props) {
  const { call, screen } = useSession();
  const { output, media } = useDevices();
  useBridge({ call, media, screen });
  return (
    <CallProvider call={call} output={output}>
      <Screen {...props} />
      <Announcer />
    </CallProvider>
  );
}

/** The one screen that fits the call's state. */
function Screen({ room, onRejoin, onKnock, onBack }: Props) {
  const { state } = useCall();
  const { media } = useDevices();
  const over = state.status === 'ended' || state.status === 'refused';
  // Nobody should be looked at by a camera when there is no call.
  useEffect(() => {
    if (over) media.stop();
  }, [over, media]);

  const [waited, setWaited] = useState(() => waitedFor(undefined, state));
  const closed = waitedFor(waited, state);
  if (closed !== waited) setWaited(closed);

  const knocked = useRef(false);
  const knock = useCallback(() => {
    knocked.current = true;
    onKnock();
  }, [onKnock]);
  const joined = state.status === 'joined';
  useEffect(() => {
    if (!joined || !knocked.current) return;
    knocked.current = false;
    void media.start();
  }, [joined, media]);

  if (closed) {
    const back = () => {
      void media.start();
      onBack();
    };
    return <Waiting closed={closed} asking={state.status !== 'refused'} onKnock={knock} onBack={back} />;
  }
  switch (state.status) {
    case 'idle':
    case 'joining': {
      const [attempt, reason] = state.status === 'joining' ? [state.attempt, state.reason] : [1, undefined];
      return <Connecting room={room} attempt={attempt} reason={reason} onCancel={onBack} />;
    }
    case 'inLobby':
      return <InLobby room={room} hostPresent={state.hostPresent} onCancel={onBack} />;
    case 'joined':
    case 'reconnecting':
      return (
        <>
          <InCall />
          <RoomAudio />
        </>
      );
    case 'refused':
      return <Refused error={state.error} onRetry={onRejoin} />;
    case 'ended':
      return (
        <Ended
          reason={state.reason}
          message={state.message}
          closed={state.closed}
          onRejoin={state.closed ? knock : onRejoin}
        />
      );
  }
}
