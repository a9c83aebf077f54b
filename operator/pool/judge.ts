import { explainMistakes, MediaPoolSpec } from '@parley/resources';

export type PoolVerdict =
  | { accepted: true; spec: MediaPoolSpec }
  | { accepted: false; reason: 'InvalidSpec'; message: string };

/** Whether the spec of a MediaPool is possible. The API server says so too, unless it does not know CEL. */
export function judgePool(spec: unknown): PoolVerdict {
  const parsed = MediaPoolSpec.safeParse(spec);
  if (parsed.success) return { accepted: true, spec: parsed.data };
  return { accepted: false, reason: 'InvalidSpec', message: explainMistakes(parsed.error) };
}
