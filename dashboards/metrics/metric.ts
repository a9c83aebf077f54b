import { z } from 'zod';

const types = ['counter', 'gauge', 'histogram', 'summary'] as const;

/** What prom-client keeps of a metric, beside its values. */
const Metric = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(types),
  labelNames: z.array(z.string()),
  /** Where traces are at hand, samples name one. */
  enableExemplars: z.boolean(),
});
export type Metric = z.infer<typeof Metric>;

/** The metrics of a registry, in the order in which they were added. Nothing is collected. */
export function metricsOf(registry: { getMetricsAsArray(): readonly object[] }): Metric[] {
  return registry.getMetricsAsArray().map(metric => Metric.parse(metric));
}

/** By what a name ends with, the longest first (https://prometheus.io/docs/practices/naming/). */
const units = [
  ['_timestamp_seconds', 'seconds since 1970'],
  ['_bits_per_second', 'bit/s'],
  ['_frames_per_second', 'frames/s'],
  ['_seconds', 'seconds'],
  ['_bytes', 'bytes'],
  ['_ratio', '0 to 1'],
  ['_pixels', 'pixels'],
  ['_mos', '1 to 5'],
  ['_score', '1 to 5'],
] as const;

/** What a metric is measured in; empty for what is counted. */
export function unitOf({ name }: Pick<Metric, 'name'>): string {
  const bare = name.replace(/_total$/, '');
  return units.find(([ending]) => bare.endsWith(ending))?.[1] ?? '';
}
