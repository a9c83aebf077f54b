import type { Call } from '@parley/client';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { AudioOutput } from './sound/audioOutput.ts';
import { Viewer } from './video/viewer.ts';

interface Provided {
  call: Call;
  viewer: Viewer;
  output: AudioOutput;
}

const CallContext = createContext<Provided | undefined>(undefined);

interface Props {
  call: Call;
  /** What plays sound, where the page chooses the speaker. Default: one of its own, on the default speaker. */
  output?: AudioOutput;
  children: ReactNode;
}

/** Gives a call to everything below it. It neither joins nor leaves. */
export function CallProvider({ call, output, children }: Props) {
  const provided = useMemo(
    () => ({ call, viewer: new Viewer(call), output: output ?? new AudioOutput() }),
    [call, output],
  );
  return <CallContext value={provided}>{children}</CallContext>;
}

/** @throws Error outside of a `<CallProvider>`. */
export function useProvided(): Provided {
  const provided = useContext(CallContext);
  if (!provided) throw new Error('This takes a <CallProvider> above it.');
  return provided;
}
