import { type Call, createCall } from '@parley/client';
import { useEffect, useEffectEvent, useState } from 'react';
import { CallProvider } from '../CallProvider.tsx';
import { ownMediaOf } from '../media/ownMedia.ts';
import type { Entry } from './Door.tsx';
import type { ParleyRoomProps } from './ParleyRoom.tsx';
import { Screen } from './Screen.tsx';

interface Props extends ParleyRoomProps {
  entry: Entry;
  /** Joins anew. */
  onAgain: () => void;
  onBack: () => void;
}

/** One call, from the join to its end; left when this is taken off the page. */
export function Stay(props: Props) {
  const { room, token, url, onState, onAgain, onBack } = props;
  const [call, setCall] = useState<Call>();
  const begin = useEffectEvent(() => beginCall(props));
  const tell = useEffectEvent((current: Call) => onState?.(current.snapshot().state));

  // What else the properties say counts when the next call begins; it is no reason to disturb this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another room, token or Parley is another call
  useEffect(() => {
    const begun = begin();
    setCall(begun);
    let { state } = begun.snapshot();
    tell(begun);
    const end = begun.subscribe(() => {
      if (begun.snapshot().state === state) return;
      state = begun.snapshot().state;
      tell(begun);
    });
    return () => {
      ownMediaOf(begun).stop();
      begun.leave().catch(() => undefined);
      end();
    };
  }, [room, token, url]);

  return (
    call && (
      <CallProvider call={call}>
        <Screen onAgain={onAgain} onBack={onBack} />
      </CallProvider>
    )
  );
}

function beginCall({ room, token, url, options, entry }: Props): Call {
  const call = createCall({ receive: 'viewed', ...options, ...(url !== undefined && { url }) });
  const { displayName, microphone, camera } = entry;
  // How that goes stands in the call's state.
  call.join({ room, displayName, ...(token !== undefined && { token }) }).catch(() => undefined);
  const own = ownMediaOf(call);
  if (microphone) void own.turn('microphone', true);
  if (camera) void own.turn('camera', true);
  return call;
}
