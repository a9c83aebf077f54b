import { type Figure, quantile } from './figures.ts';
import type { ServerProcess } from './process.ts';

/** How often figures are fetched, and how long that may take, in ms. */
const times = 20;
const longestMs = 1_000;

/** How long a process takes to say its figures, and how many series these are. @param of what it has to tell of. */
export async function scrapeFigures(
  scenario: string,
  of: string,
  { url }: Pick<ServerProcess, 'url'>,
): Promise<Figure[]> {
  const tookMs: number[] = [];
  let text = '';
  for (let each = 0; each < times; each++) {
    const began = performance.now();
    text = await (await fetch(`${url}/metrics`)).text();
    tookMs.push(performance.now() - began);
  }
  const series = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
  const slowest = quantile(tookMs, 1);
  return [
    {
      scenario,
      name: `figures of ${of}, slowest of ${times}`,
      value: slowest,
      unit: 'ms',
      aim: { below: longestMs },
    },
    { scenario, name: `figures of ${of}, series`, value: series, unit: '' },
  ];
}
