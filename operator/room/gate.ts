import type { RoomSpec } from '@parley/resources';
import { changesAt, timeText, windowAt } from './schedule.ts';

/** Whether a room may be joined, as its user wants it. All instants are in ms since 1970. */
export type Gate =
  | { state: 'open'; openedAt: number | undefined; closesAt: number | undefined }
  /** `warm`: it opens soon, and has its place by then. */
  | { state: 'closed'; reason: ClosedReason; warm: boolean; opensAt: number | undefined; message: string };

/** `NotOpenYet` holds also between two windows of a schedule that repeats. */
export type ClosedReason = 'NotOpenYet' | 'Closed' | 'Suspended';

/** What suspension and schedule say at `now`. */
export function gateAt({ suspended, schedule }: RoomSpec, now: number): Gate {
  if (suspended) return closed('Suspended', 'Suspended until spec.suspended is false again.');
  if (!schedule) return { state: 'open', openedAt: undefined, closesAt: undefined };
  const window = windowAt(schedule, now);
  switch (window.state) {
    case 'Open':
      return { state: 'open', openedAt: window.openedAt, closesAt: window.closesAt };
    case 'Closed':
      return closed('Closed', `Closed on ${timeText(window.closedAt, schedule.timeZone)}, for good.`);
    case 'NotOpenYet':
    case 'Warming': {
      const message = `Opens on ${timeText(window.opensAt, schedule.timeZone)}.`;
      const gate = closed('NotOpenYet', message);
      return { ...gate, warm: window.state === 'Warming', opensAt: window.opensAt };
    }
  }
}

/** When the gate is another one by itself, or undefined if it never is. */
export function gateChangesAt({ suspended, schedule }: RoomSpec, now: number): number | undefined {
  return suspended || !schedule ? undefined : changesAt(windowAt(schedule, now));
}

function closed(reason: ClosedReason, message: string) {
  return { state: 'closed', reason, warm: false, opensAt: undefined, message } as const;
}
