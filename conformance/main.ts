/** `npm run conformance`: does a running cluster keep the rules of the protocol? Status 0 only if it does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Check } from './check.ts';
import { elsewhere } from './elsewhere.ts';
import type { Endpoint } from './endpoint.ts';
import { conforms, lineOf, painter, summary, toJson } from './report.ts';
import { RestRooms } from './rest-rooms.ts';
import { checks } from './rules/index.ts';
import { playAll } from './run.ts';

const usage = `npm run conformance [-- --url https://meet.example.org --api-key-file key.txt] [options]

Looks from outside at how a running cluster keeps the rules of protocol/SPEC.md. It makes rooms by the REST API and
deletes them again. Without --url it takes the cluster of "npm start".

  --url            address of the page, of signaling and of the REST API
  --api-key-file   file with an API key for rooms and tokens; else the variable PARLEY_API_KEY
  --origin         origin of the page, if it is not that of --url
  --grace-seconds  how long a participant without a connection stays there (default: 15)
  --only           checks these rules alone, such as J4,R5
  --json           one JSON object on standard output instead of lines`;

const Local = z.object({ webUrl: z.string(), apiKey: z.string() });

/** What the caller got wrong. */
class UsageError extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags.help) {
    console.log(usage);
    return 0;
  }
  const wanted = wantedChecks(flags.only);
  const { url, apiKey } = await target(flags);
  const rooms = new RestRooms(url, apiKey);
  await rooms.check();
  const endpoint: Endpoint = {
    urls: [url],
    origin: flags.origin ?? new URL(url).origin,
    graceMs: graceOf(flags['grace-seconds']) * 1000,
    rooms,
  };

  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const out = flags.json ? process.stderr : process.stdout;
  const paint = painter(out.isTTY);
  const results = await playAll(
    wanted,
    endpoint,
    result => out.write(`${lineOf(result, paint)}\n`),
    stopped.signal,
  );
  out.write(`\n${summary(results, elsewhere, paint)}\n`);
  if (flags.json) console.log(JSON.stringify(toJson(url, results, elsewhere)));
  if (stopped.signal.aborted) return 130;
  return conforms(results) ? 0 : 1;
}

function readFlags() {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({
      options: {
        url: text,
        'api-key-file': text,
        origin: text,
        'grace-seconds': text,
        only: text,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${error}`);
  }
}

function wantedChecks(only: string | undefined): Check[] {
  if (only === undefined) return [...checks];
  const rules = only.split(',').map(rule => rule.trim().toUpperCase());
  const unknown = rules.filter(rule => !checks.some(check => check.rule === rule));
  if (unknown.length > 0) throw new UsageError(`There is no check of ${unknown.join(', ')}.`);
  return checks.filter(({ rule }) => rules.includes(rule));
}

async function target(flags: {
  url?: string;
  'api-key-file'?: string;
}): Promise<{ url: string; apiKey: string }> {
  const given = await givenKey(flags['api-key-file']);
  if (flags.url === undefined) {
    const path = join(import.meta.dirname, '../.parley/local.json');
    const text = await readFile(path, 'utf8').catch(() => {
      throw new UsageError('No cluster of "npm start" is running here. Start one, or say --url.');
    });
    const { webUrl, apiKey } = Local.parse(JSON.parse(text));
    return { url: webUrl, apiKey: given ?? apiKey };
  }
  if (!/^https?:$/.test(URL.parse(flags.url)?.protocol ?? '')) {
    throw new UsageError(`--url has to be an address such as https://meet.example.org, not "${flags.url}".`);
  }
  if (!given) throw new UsageError('An API key is needed: --api-key-file, or the variable PARLEY_API_KEY.');
  return { url: flags.url, apiKey: given };
}

/** The key never stands in a message: what is no key may still be a secret. */
async function givenKey(file: string | undefined): Promise<string | undefined> {
  const from = file === undefined ? 'The variable PARLEY_API_KEY' : `The file ${file}`;
  const text =
    file === undefined
      ? process.env.PARLEY_API_KEY
      : await readFile(file, 'utf8').catch(() => {
          throw new UsageError(`${from} cannot be read.`);
        });
  const key = text?.trim();
  if (file === undefined && !key) return undefined;
  if (key && /^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new UsageError(`${from} does not hold an API key: one line without spaces.`);
}

function graceOf(given: string | undefined): number {
  const seconds = Number(given ?? 15);
  if (given?.trim() !== '' && seconds >= 0 && seconds <= 300) return seconds;
  throw new UsageError(`--grace-seconds has to be a number from 0 to 300, not "${given}".`);
}
