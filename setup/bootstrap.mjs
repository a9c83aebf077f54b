// The first stage of set-up: plain JavaScript for the Node that the machine has, with nothing installed.
// It installs the npm packages, Node 24 among them, lets that install everything else, then runs the job.
import { join } from 'node:path';
import { argv, env, execPath, exit, versions } from 'node:process';
import { ensurePackages, node24 } from './packages.mjs';
import { run } from './run.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const jobs = {
  start: ['local/main.ts', 'start'],
  test: ['setup/check.ts'],
  smoke: ['e2e/smoke.ts'],
  bench: ['bench/main.ts'],
};

const [name, ...given] = argv.slice(2);
if (!Object.hasOwn(jobs, name)) {
  console.error('Usage: npm start, npm test, npm run smoke or npm run bench.');
  exit(2);
}
// `npm run smoke --json` (or bench) gives the flag to npm, which passes it on in this way.
const args = env.npm_config_json === 'true' && !given.includes('--json') ? [...given, '--json'] : given;

try {
  await ensurePackages(root);
  const node = await node24(root, { execPath, version: versions.node });
  const path = [join(root, 'node_modules/.bin'), env.PATH].filter(Boolean).join(':');
  const inherited = { ...env, PATH: path };

  const installed = await run(node, ['setup/main.ts', name], {
    cwd: root,
    env: { ...inherited, NODE_USE_ENV_PROXY: '1' },
    stdout: 'stderr',
  });
  if (installed !== 0) exit(installed);
  exit(await run(node, [...jobs[name], ...args], { cwd: root, env: inherited }));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  exit(1);
}
