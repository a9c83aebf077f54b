import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '@parley/web/server.ts';
import { build } from 'vite';
import { type Benchmark, type BenchmarkOptions, type Measured, runScenarios } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import { type Report, runLighthouse } from './lighthouse.ts';

const web = join(import.meta.dirname, '../../web');
/** How often each page is loaded, unless it is said. */
const defaultLoads = 3;
/** What Lighthouse should give at least, of 100. */
const aim = { atLeast: 95 };

/** The page as it is before a call, loaded by Chromium with Lighthouse's slow phone and its desktop. */
export const pageBenchmark: Benchmark = {
  name: 'page',
  what: 'how fast and accessible Lighthouse finds the production build before a call',
  scenarios: ['phone', 'desktop'],
  size: 'clients',
  run: options =>
    runScenarios({ phone: all => scenario('phone', all), desktop: all => scenario('desktop', all) }, options),
};

const paths = { 'front page': '/', 'green room': '/standup' } as const;

async function scenario(form: 'phone' | 'desktop', options: BenchmarkOptions): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-page-'));
  const dist = join(folder, 'dist');
  options.say('Builds the page');
  await build({
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: dist, emptyOutDir: true },
  });
  const server = await createServer({ dist, frameAncestors: "'self'" });
  try {
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const figures: Figure[] = [];
    let chromium = '';
    for (const [name, path] of Object.entries(paths)) {
      const reports: Report[] = [];
      for (let load = 1; load <= (options.clients ?? defaultLoads); load++) {
        options.signal.throwIfAborted();
        const report = await runLighthouse(url + path, form, folder, options.signal);
        options.say(`${form}, ${name}, load ${load}: performance ${report.performance}`);
        reports.push(report);
      }
      figures.push(...figuresOf(form, name, reports));
      chromium = reports[0]?.chromium ?? chromium;
    }
    return { figures, programs: { chromium } };
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The median of each figure. */
function figuresOf(scenario: string, page: string, reports: readonly Report[]): Figure[] {
  const median = (read: (report: Report) => number) => quantile(reports.map(read), 0.5);
  const one = (name: string, unit: string, read: (report: Report) => number): Figure => ({
    scenario,
    name: `${page}: ${name}`,
    value: median(read),
    unit,
  });
  return [
    { ...one('performance', 'of 100', ({ performance }) => performance), aim },
    { ...one('accessibility', 'of 100', ({ accessibility }) => accessibility), aim },
    one('first contentful paint', 'ms', ({ firstPaintMs }) => firstPaintMs),
    one('largest contentful paint', 'ms', ({ largestPaintMs }) => largestPaintMs),
    one('total blocking time', 'ms', ({ blockingMs }) => blockingMs),
  ];
}
