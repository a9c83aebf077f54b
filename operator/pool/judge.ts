import { explainMistakes, MediaPoolSpec } from '@parley/resources';
import { z } from 'zod';

export type PoolVerdict =
  | { accepted: true; spec: MediaPoolSpec }
  | { accepted: false; reason: 'InvalidSpec'; message: string };

/** What relays take. The API server can tell only since Kubernetes 1.31. */
const network = z.union([z.cidrv4(), z.cidrv6()]);

/** Whether the spec of a MediaPool is possible. The API server says nearly all of it too, unless it does not know CEL. */
export function judgePool(spec: unknown): PoolVerdict {
  const parsed = MediaPoolSpec.safeParse(spec);
  if (!parsed.success) return refused(explainMistakes(parsed.error));
  const { allowedPeers } = parsed.data.turn;
  const index = allowedPeers.findIndex(text => !network.safeParse(text).success);
  if (index < 0) return { accepted: true, spec: parsed.data };
  return refused(`spec.turn.allowedPeers.${index}: must be a network in CIDR notation.`);
}

const refused = (message: string): PoolVerdict => ({ accepted: false, reason: 'InvalidSpec', message });
