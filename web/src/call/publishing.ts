import type { MediaSource } from '@parley/protocol';

/** What should be sent as one source; undefined: nothing. */
export type Wanted = { track: MediaStreamTrack; paused: boolean } | undefined;

/** What is sent as it now, as far as this page began it. */
export type Sent = { track: MediaStreamTrack | undefined; paused: boolean } | undefined;

export type PublishingStep =
  | { do: 'publish'; source: MediaSource; track: MediaStreamTrack }
  | { do: 'setPaused'; source: MediaSource; paused: boolean }
  | { do: 'unpublish'; source: MediaSource };

/** What brings `sent` one step nearer to `wanted`; undefined when they agree. What is paused is not begun. */
export function nextStep(source: MediaSource, wanted: Wanted, sent: Sent): PublishingStep | undefined {
  if (!wanted) return sent ? { do: 'unpublish', source } : undefined;
  if (!sent) return wanted.paused ? undefined : { do: 'publish', source, track: wanted.track };
  if (sent.track !== wanted.track) return { do: 'publish', source, track: wanted.track };
  if (sent.paused !== wanted.paused) return { do: 'setPaused', source, paused: wanted.paused };
  return undefined;
}
