import type {
  Call,
  CallSnapshot,
  CallState,
  ChatSnapshot,
  QualitySnapshot,
  RemoteParticipant,
  SpeakersSnapshot,
} from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { useCallback, useSyncExternalStore } from 'react';
import { useProvided } from './CallProvider.tsx';
import type { OwnSource } from './media/capture.ts';
import { type Own, ownMediaOf } from './media/ownMedia.ts';
import { mayPublish } from './media/rights.ts';

/** The call itself, for what it can do. Never renders anew by itself. @throws Error outside of a `<CallProvider>`. */
export function useCall(): Call {
  return useProvided().call;
}

/** The call as it is now; renders anew whenever anything of it changes. */
export function useSnapshot(): CallSnapshot {
  return usePartOfCall(snapshot => snapshot);
}

/** Where the call stands: `joining`, `joined`, `ended` and so on. */
export function useCallState(): CallState {
  return usePartOfCall(({ state }) => state);
}

/** The others, in the order in which they came. Who did not change is the same object as before. */
export function useParticipants(): readonly RemoteParticipant[] {
  return usePartOfCall(({ participants }) => participants);
}

/** Oneself, once one is in. */
export function useSelf(): CallSnapshot['self'] {
  return usePartOfCall(({ self }) => self);
}

/** Who speaks; renders anew when somebody begins or ends, at most a few times a second. */
export function useSpeakers(): SpeakersSnapshot {
  const { speakers } = useCall();
  return useSyncExternalStore(speakers.subscribe, speakers.snapshot);
}

/** Whether this one speaks; renders anew only when that changes. */
export function useIsSpeaking(id: ParticipantId): boolean {
  const { speakers } = useCall();
  return useSyncExternalStore(speakers.subscribe, () =>
    speakers.snapshot().speakers.some(({ participantId }) => participantId === id),
  );
}

/** What was written. `useCall().chat` writes. */
export function useChat(): ChatSnapshot {
  const { chat } = useCall();
  return useSyncExternalStore(chat.subscribe, chat.snapshot);
}

/** How good the call is, as measured every 2 s, and for whom it is not. */
export function useQuality(): QualitySnapshot {
  const { quality } = useCall();
  return useSyncExternalStore(quality.subscribe, quality.snapshot);
}

/** One's own microphone, camera or screen: captured and sent while it is on. A screen takes the person's click. */
export function useOwnMedia(source: OwnSource): {
  own: Own;
  on: boolean;
  /** Whether one may send it, once one is in. */
  allowed: boolean;
  turn: (on: boolean) => void;
} {
  const media = ownMediaOf(useCall());
  const own = useSyncExternalStore(media.subscribe, () => media.get()[source]);
  const allowed = usePartOfCall(snapshot => mayPublish(snapshot, source));
  const turn = useCallback((on: boolean) => void media.turn(source, on), [media, source]);
  return { own, on: own.status === 'on' || own.status === 'starting', allowed, turn };
}

/** A part of the snapshot that is the same object, or value, for as long as it does not change. */
function usePartOfCall<T>(partOf: (snapshot: CallSnapshot) => T): T {
  const { subscribe, snapshot } = useCall();
  return useSyncExternalStore(subscribe, () => partOf(snapshot()));
}
