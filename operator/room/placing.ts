import type { Room } from '@parley/resources';
import { parseTraceparent, type Task, traceparentAnnotation } from '@parley/telemetry';

/** For how long the way of a new Room to its place is traced, in ms. One that waits for longer is looked at often. */
const longestMs = 60_000;

/** What the operator does for a Room that nobody could join yet, as a part of the trace in which it was made. Undefined for all others. */
export function placing({ metadata, status }: Room, now: number): Task | undefined {
  const age = now - Date.parse(metadata.creationTimestamp);
  if (status.phase === 'Ready' || metadata.deletionTimestamp !== undefined || age > longestMs)
    return undefined;
  return {
    name: 'operator.placeRoom',
    kind: 'internal',
    // Who may make Rooms decides whether it is recorded.
    parent: parseTraceparent(metadata.annotations[traceparentAnnotation]),
    attributes: { 'parley.room': `${metadata.namespace}/${metadata.name}`, 'parley.room.uid': metadata.uid },
  };
}
