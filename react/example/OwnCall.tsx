/** A call put together from its parts: who speaks above the others, a counter, and words and colours of its own. */
import { type Call, createCall } from '@parley/client';
import {
  CallProvider,
  Controls,
  Gallery,
  RoomAudio,
  useCallState,
  useOwnMedia,
  useParticipants,
  useSpeakers,
  WordsProvider,
} from '@parley/react';
import { useEffect, useState } from 'react';

const words = { leave: 'Hang up' };

export function OwnCall({ room, displayName }: { room: string; displayName: string }) {
  const [call, setCall] = useState<Call>();
  useEffect(() => {
    const joined = createCall(); // of the page's own origin; or createCall({ url: 'https://meet.example.org' })
    setCall(joined);
    joined.join({ room, displayName }).catch(() => {}); // The state says why not.
    return () => void joined.leave().catch(() => {});
  }, [room, displayName]);

  return (
    call && (
      <CallProvider call={call}>
        <WordsProvider words={words}>
          <div className="parley" style={{ '--parley-accent': '#5b3fd1' } as React.CSSProperties}>
            <Status />
            <Gallery />
            <Controls />
            <RoomAudio />
          </div>
        </WordsProvider>
      </CallProvider>
    )
  );
}

/** Each hook renders this anew only when what it reads has changed. */
function Status() {
  const state = useCallState();
  const others = useParticipants();
  const { activeSpeaker } = useSpeakers();
  const { on, turn } = useOwnMedia('camera');
  const speaker = others.find(({ id }) => id === activeSpeaker)?.displayName;
  if (state.status === 'refused') return <p role="alert">{state.error.message}</p>;
  if (state.status === 'ended') return <p role="status">{state.message}</p>;
  return (
    <p role="status">
      {others.length} others{speaker && `, ${speaker} speaks`}.{' '}
      {!on && (
        <button type="button" className="parley-button" onClick={() => turn(true)}>
          Show yourself
        </button>
      )}
    </p>
  );
}
