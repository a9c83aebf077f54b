import type { JoinSteps } from '@parley/client';

/** The steps of a join in the order in which they come. */
export const joinSteps = [
  'connected',
  'answered',
  'mediaWanted',
  'mediaConnected',
  'firstFrame',
] as const satisfies (keyof JoinSteps)[];
export type JoinStep = (typeof joinSteps)[number];

/** One step of a join: when it was done and how long it took, in ms; undefined: it was not done yet. */
export interface Phase {
  step: JoinStep;
  at: number | undefined;
  took: number | undefined;
}

/** The time from the click on, divided into the steps. What was done before what should come first took no time. */
export function phasesOf(join: JoinSteps): Phase[] {
  let last = 0;
  return joinSteps.map(step => {
    const at = join[step];
    if (at === undefined) return { step, at, took: undefined };
    const took = Math.max(0, at - last);
    last = Math.max(last, at);
    return { step, at, took };
  });
}
