/** Finds figures in Prometheus text. */
export interface ScrapeTarget {
  targets: string[];
  labels: Record<string, string>;
}

/** Sums a metric's samples on one process. 0 if it has none. */
export async function scrape(address: string, metric: string): Promise<number> {
  const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(5_000) });
  return sumSamples(await response.text(), metric);
}

/** Sums the samples of `metric`, whatever their labels, in Prometheus' text format. */
export function sumSamples(text: string, metric: string): number {
  return text
    .split('\n')
    .filter(line => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
