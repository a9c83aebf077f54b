/** Whose network is bad: what replicas of signaling tell each other, and those in the room. SPEC.md, Q7 and Q8. */
import { z } from 'zod';
import { ParticipantId } from './ids.ts';

/** How bad a network is, by what its own participant reports. Good ones are not named. */
export const NetworkLevel = z.enum(['fair', 'poor']);
export type NetworkLevel = z.infer<typeof NetworkLevel>;

/** How many are named at most, the poor before the fair. */
export const maxNetworks = 32;

/** Somebody whose own network is bad. */
export const Network = z.object({ participantId: ParticipantId, level: NetworkLevel });
export type Network = z.infer<typeof Network>;

/** Whose networks are bad in a room. It is always whole, and names nobody twice. */
export const Networks = z.object({
  networks: z
    .array(Network)
    .max(maxNetworks)
    .refine(
      list => new Set(list.map(({ participantId }) => participantId)).size === list.length,
      'names somebody twice',
    ),
});
export type Networks = z.infer<typeof Networks>;

/** As a replica says it of its own people. */
export const NetworksOf = Networks.extend({ replica: z.string().min(1).max(64) });
export type NetworksOf = z.infer<typeof NetworksOf>;

/** How often replicas look whether there is news, in ms. */
export const networksPeriodMs = 2_000;
/** As long as anybody is named it is said again after so long, in ms, as what is said may be lost. */
export const networksRepeatMs = 6_000;
/** Who hears nothing for so long takes it that all networks are good, in ms. */
export const networksLeaseMs = 15_000;

/** The worst of these, in an order that depends on nothing else. */
export function orderNetworks(networks: readonly Network[]): Network[] {
  const rank = ({ level }: Network) => (level === 'poor' ? 0 : 1);
  return [...networks]
    .sort((one, other) => rank(one) - rank(other) || (one.participantId < other.participantId ? -1 : 1))
    .slice(0, maxNetworks);
}

/** Whether both name the same people with the same levels in the same order. */
export function sameNetworks(one: readonly Network[], other: readonly Network[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ participantId, level }, place) => {
      const counterpart = other[place];
      return participantId === counterpart?.participantId && level === counterpart.level;
    })
  );
}
