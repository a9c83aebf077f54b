/** `npm run loadtest -- full`: signaling and media under load at once, and what the servers say of it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { localCluster } from '../k6/node/command.ts';
import { loadMedia, readMediaOptions } from '../media/command.ts';
import { mediaTable } from '../media/table.ts';
import { type FullReport, reportPage } from './report.ts';
import { runScenarioBeside } from './scenario.ts';
import { compare, scrapeAll, type Target } from './scrape.ts';

const scenarios = ['join-storm', 'meeting-churn', 'chat-fan-out', 'reconnect-storm', 'rest-api', 'soak'];

export const fullUsage = `npm run loadtest -- full [--scenario NAME] [-e NAME=VALUE]... [--metrics COMPONENT=URL]... [--report FOLDER] [options of media]

Puts a k6 scenario of signaling and real media on Parley at the same time, and writes one report: what both measured, and the servers' own figures,
scraped before and after. The scenario is run by k6 where that is on the PATH, else on Node, which carries less; the report says which.

  --scenario NAME             ${scenarios.join(', ')} (meeting-churn)
  -e NAME=VALUE               settings of the scenario, such as PEOPLE=50; DURATION is that of the media if it is not said
  --metrics COMPONENT=URL     where a pod tells its figures, such as sfu=http://10.0.0.7:8080/metrics (all of the cluster of npm start)
  --report FOLDER             for report.html, report.json and what the scenario writes (loadtest-report)
  everything else             is for the media: npm run loadtest -- media --help

The status is 1 if a limit of either was broken; 2 if an option is wrong.`;

const ours = { scenario: 'string', env: 'string', metrics: 'string', report: 'string' } as const;

/** Takes the options of this command out of all, and leaves those of the media. @throws TypeError for one that is wrong */
export function readFullOptions(argv: string[]) {
  const { values, tokens } = parseArgs({
    args: argv,
    strict: false,
    tokens: true,
    options: {
      scenario: { type: 'string', default: 'meeting-churn' },
      env: { type: 'string', short: 'e', multiple: true, default: [] },
      metrics: { type: 'string', multiple: true, default: [] },
      report: { type: 'string', default: 'loadtest-report' },
    },
  });
  const { scenario, env, metrics, report } = z
    .object({
      scenario: z.enum(scenarios),
      env: z.array(
        z
          .string()
          .regex(/^(?!API_KEY=)\w+=/, 'takes NAME=VALUE; API_KEY is a variable of the environment alone'),
      ),
      metrics: z.array(z.string().regex(/^[\w-]+=https?:\/\//, 'takes COMPONENT=URL')),
      report: z.string().min(1),
    })
    .parse(values);
  const own = tokens.filter(token => token.kind === 'option' && token.name in ours);
  const taken = new Set(
    own.flatMap(token =>
      token.kind === 'option' && !token.inlineValue ? [token.index, token.index + 1] : [token.index],
    ),
  );
  return {
    scenario,
    env: Object.fromEntries(env.map(splitAt)),
    targets: metrics.map(splitAt).map(([component, url]): Target => ({ component, url })),
    folder: resolve(report),
    media: argv.filter((_, index) => !taken.has(index)),
  };
}

/** The command. @returns the status to leave with */
export async function fullCommand(argv: string[], signal: AbortSignal): Promise<number> {
  const cluster = { ...(await localCluster()), ...process.env };
  let options: ReturnType<typeof readFullOptions>;
  let media: ReturnType<typeof readMediaOptions>;
  try {
    options = readFullOptions(argv);
    media = readMediaOptions(options.media, cluster.BASE_URL);
  } catch (error) {
    console.error(`${error instanceof z.ZodError ? z.prettifyError(error) : error}\n\n${fullUsage}`);
    return 2;
  }
  const { scenario, folder } = options;
  const targets = options.targets.length > 0 ? options.targets : await localTargets();
  const say = (line: string) => process.stderr.write(`media: ${line}\n`);
  await mkdir(folder, { recursive: true });

  const began = new Date().toISOString();
  const before = await scrapeAll(targets);
  let after = before;
  const { API_KEY: apiKey } = cluster;
  const env = {
    DURATION: `${media.seconds}s`,
    BASE_URL: media.url,
    ...(apiKey !== undefined && { API_KEY: apiKey }),
    ...options.env,
  };
  // If one of the two fails, the other one is of no use any more.
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const giveUp = (error: unknown) => {
    failed.abort(error);
    throw error;
  };
  const [signaling, load] = await Promise.all([
    runScenarioBeside({ scenario, env, folder, signal: both }).catch(giveUp),
    loadMedia(media, {
      apiKey,
      say,
      signal: both,
      beforeLeaving: async () => {
        after = await scrapeAll(targets);
      },
    }).catch(giveUp),
  ]);
  const { people: _, ...mediaReport } = load;
  const report: FullReport = {
    began,
    ended: new Date().toISOString(),
    url: media.url,
    passed: mediaReport.met && signaling.status === 0 && signaling.result?.passed === true,
    signaling,
    media: mediaReport,
    server: {
      figures: compare(before.samples, after.samples),
      silent: [...new Set([...before.silent, ...after.silent])],
    },
  };
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(folder, 'report.html'), reportPage(report));
  if (media.json) console.log(JSON.stringify(report));
  else {
    console.log(mediaTable(report.media.summary));
    console.log(
      `${report.passed ? 'All limits were kept' : 'A limit was broken'}: ${join(folder, 'report.html')}`,
    );
  }
  return report.passed ? 0 : 1;
}

/** All pods of the cluster of `npm start`, if one runs. */
async function localTargets(): Promise<Target[]> {
  const Targets = z.object({
    prometheusTargets: z.array(
      z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }),
    ),
  });
  const path = join(import.meta.dirname, '../../.parley/local.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  return Targets.parse(JSON.parse(text)).prometheusTargets.flatMap(({ targets, labels }) =>
    targets.map(target => ({ url: `http://${target}/metrics`, component: labels.component ?? '' })),
  );
}

function splitAt(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
