import { idleRegistry as canary } from '@parley/canary/idle';
import { idleRegistry as operator } from '@parley/operator/idle';
import { idleRegistry as sfu } from '@parley/sfu-node/idle';
import { idleRegistry as signaling } from '@parley/signaling/idle';
import { createRegistry, type Registry } from '@parley/telemetry';
import { idleRegistry as turn } from '@parley/turn-node/idle';
import { type Metric, metricsOf } from './metric.ts';

/** A process of Parley, as it is before it starts. */
export interface Process {
  readonly name: string;
  readonly registry: Registry;
}

/** All that have figures of their own, in the order of the document. Web has none but the usual ones. */
export function processes(): Process[] {
  return [
    { name: 'signaling', registry: signaling() },
    { name: 'sfu', registry: sfu() },
    { name: 'turn', registry: turn() },
    { name: 'operator', registry: operator() },
    { name: 'canary', registry: canary() },
  ];
}

/** What every process has. */
export const usualMetrics = (): Metric[] => metricsOf(createRegistry());

/** What a process has besides. */
export function ownMetrics({ registry }: Process): Metric[] {
  const usual = new Set(usualMetrics().map(({ name }) => name));
  return metricsOf(registry).filter(({ name }) => !usual.has(name));
}
