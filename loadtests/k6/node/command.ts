/** `npm run loadtest -- <scenario>`: a k6 scenario on Node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runScenario } from './run.ts';

const Local = z.object({ webUrl: z.string(), apiKey: z.string() });

export const usageOf = (name: string) => `npm run loadtest -- ${name} [-e NAME=VALUE]...

Runs the k6 scenario loadtests/k6/${name}.ts on Node. This is not k6, and carries less.

  BASE_URL   address of the entrance (the cluster of "npm start")
  API_KEY    key of the REST API, as a variable of the environment alone
  ROOM_KEYS  rooms that are there, as namespace/name with commas, in place of rooms that the REST API makes
  ROOMS, PEOPLE, DURATION (such as 90s), SEED
  RESULTS    folder for ${name}.json and ${name}.html

All of them may be variables of the environment; loadtests/README.md has those of this scenario alone.
The status is 99 if a limit was broken, 107 if the scenario could not begin.`;

/** Runs a scenario with `-e NAME=VALUE` and the environment. Answers with the status to exit with. @throws Error for wrong options */
export async function runByName(name: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { env: { type: 'string', short: 'e', multiple: true, default: [] } },
  });
  const given = Object.fromEntries(
    values.env.map(pair => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Error(`-e takes NAME=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  // As in other programs' lists of processes everybody could read it there.
  if (given.API_KEY !== undefined)
    throw new Error('Give API_KEY as a variable of the environment, not with -e.');
  const env = { ...process.env, ...given };
  return runScenario({
    script: new URL(`../${name}.ts`, import.meta.url),
    env: stringsOf(env.BASE_URL ? env : { ...(await localCluster()), ...env }),
    signal,
    say: text => console.error(text),
  });
}

/** Where the cluster of `npm start` is, if one runs. */
export async function localCluster(): Promise<Record<string, string>> {
  const path = join(import.meta.dirname, '../../../.parley/local.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const { webUrl, apiKey } = Local.parse(JSON.parse(text));
  return { BASE_URL: webUrl, API_KEY: apiKey };
}

function stringsOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
