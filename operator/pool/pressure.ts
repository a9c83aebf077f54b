/** How much of an SFU is taken: `low`, `high` where large rooms should go on elsewhere, `full` where all rooms should. */
export type Pressure = 'low' | 'high' | 'full';

/** Shares of an SFU from which on a pressure holds, and below which it is over again. */
export const pressureLimits = { high: { from: 0.7, below: 0.6 }, full: { from: 0.9, below: 0.8 } } as const;

/** The pressure after another reading of how much is taken, from 0 to 1. What goes up and down a little changes nothing. */
export function pressureAt(used: number, before: Pressure = 'low'): Pressure {
  const holds = (pressure: 'high' | 'full', was: boolean) =>
    used >= pressureLimits[pressure].from || (was && used >= pressureLimits[pressure].below);
  if (holds('full', before === 'full')) return 'full';
  return holds('high', before !== 'low') ? 'high' : 'low';
}
