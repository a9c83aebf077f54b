import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateTools } from '@parley/setup';
import { z } from 'zod';

/** It is fetched when it is wanted, as it brings a hundred packages along that nothing else needs. */
const version = '13.5.0';

const audit = z.object({ numericValue: z.number() });
const score = z.object({ score: z.number().min(0).max(1) });
/** What is read of Lighthouse's report. */
const LighthouseReport = z.object({
  environment: z.object({ hostUserAgent: z.string() }),
  categories: z.object({ performance: score, accessibility: score }),
  audits: z.object({
    'first-contentful-paint': audit,
    'largest-contentful-paint': audit,
    'total-blocking-time': audit,
  }),
});

export interface Report {
  /** Scores of 100. */
  performance: number;
  accessibility: number;
  /** After the beginning of the load, as Lighthouse simulates its device and network, in ms. */
  firstPaintMs: number;
  largestPaintMs: number;
  /** How long the page did not react, in ms. */
  blockingMs: number;
  chromium: string;
}

/**
 * Loads a page once in a new Chromium, as a slow phone or a desktop that Lighthouse simulates.
 *
 * @param folder for the report
 * @throws Error with what Lighthouse said if it fails.
 */
export async function runLighthouse(
  url: string,
  form: 'phone' | 'desktop',
  folder: string,
  signal: AbortSignal,
): Promise<Report> {
  const path = join(folder, 'report.json');
  const child = spawn(
    'npm',
    [
      ...['exec', '--yes', `--package=lighthouse@${version}`, '--', 'lighthouse', url],
      ...['--quiet', '--output=json', `--output-path=${path}`],
      ...['--only-categories=performance,accessibility', '--no-enable-error-reporting'],
      ...(form === 'desktop' ? ['--preset=desktop'] : []),
      '--chrome-flags=--headless --no-sandbox --use-fake-device-for-media-stream --use-fake-ui-for-media-stream',
    ],
    {
      cwd: folder,
      env: { ...process.env, CHROME_PATH: locateTools().chromium },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Lighthouse failed:\n${said.slice(-4_000)}`);
  const { categories, audits, environment } = LighthouseReport.parse(
    JSON.parse(await readFile(path, 'utf8')),
  );
  return {
    performance: Math.round(categories.performance.score * 100),
    accessibility: Math.round(categories.accessibility.score * 100),
    firstPaintMs: audits['first-contentful-paint'].numericValue,
    largestPaintMs: audits['largest-contentful-paint'].numericValue,
    blockingMs: audits['total-blocking-time'].numericValue,
    chromium: /Chrome\/([\d.]+)/.exec(environment.hostUserAgent)?.[1] ?? 'unknown',
  };
}
