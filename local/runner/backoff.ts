const firstDelayMs = 10_000;
const longestDelayMs = 300_000;
/** A container that ran for so long starts afresh. */
const resetMs = 600_000;

/** How often a container has ended lately. */
export interface RestartHistory {
  readonly ends: number;
}

export const noRestarts: RestartHistory = { ends: 0 };

/** What follows when a container ends after `ranMs`: the first restart is at once, then 10 s, 20 s, … up to 5 min. */
export function afterEnd(
  history: RestartHistory,
  ranMs: number,
): { history: RestartHistory; delayMs: number } {
  const ends = ranMs >= resetMs ? 1 : history.ends + 1;
  const delayMs = ends === 1 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(ends - 2, 10));
  return { history: { ends }, delayMs };
}

/** Whether a container that ended is started again. */
export function restarts(policy: string | undefined, exitCode: number): boolean {
  if (policy === 'Never') return false;
  return policy !== 'OnFailure' || exitCode !== 0;
}
