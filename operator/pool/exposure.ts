import type { ExposureType, MediaPoolSpec } from '@parley/resources';
import type { PodRole } from '../kinds.ts';

/** How clients reach the pods of this role. */
export function exposureOf(role: PodRole, { exposure, turn }: MediaPoolSpec): ExposureType {
  if (role === 'sfu') return exposure.type;
  if (turn.exposure) return turn.exposure;
  return exposure.type === 'NodePort' || exposure.type === 'TurnOnly' ? 'HostPort' : exposure.type;
}

/** Where the address that a pod tells clients is from: what the pool says, its node or itself. */
export function addressOrigin(role: PodRole, spec: MediaPoolSpec): 'Given' | 'Node' | 'Pod' {
  const type = exposureOf(role, spec);
  // Relays reach it there, and nobody else has to.
  if (type === 'TurnOnly') return 'Pod';
  if (givenAddresses(role, spec).length > 0) return 'Given';
  return type === 'PodNetwork' ? 'Pod' : 'Node';
}

/** The addresses that the pool gives for pods of this role. A relay's certificate holds for its domain. */
export function givenAddresses(role: PodRole, { exposure, turn }: MediaPoolSpec): string[] {
  return role === 'turn' && turn.domain ? [turn.domain] : exposure.addresses;
}
