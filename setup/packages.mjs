import { execFile } from 'node:child_process';
import { readFile, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

/**
 * Whether npm finished installing what the lockfile says: it writes the tree that it made into node_modules when it
 * is done.
 *
 * @param {string} lockfile the text of package-lock.json
 * @param {string | undefined} made the text of node_modules/.package-lock.json, undefined if there is none
 */
export function isInstalled(lockfile, made) {
  if (made === undefined) return false;
  const wanted = JSON.parse(lockfile).packages;
  let there;
  try {
    there = JSON.parse(made).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    const found = there[path];
    // Optional packages may be for other systems.
    if (found === undefined) return path === '' || entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * Installs the npm packages unless they are there.
 *
 * @param {string} root the checkout
 */
export async function ensurePackages(root) {
  if (await isThere(root)) return;
  await withLock(
    join(root, '.parley', 'npm.lock'),
    'Another set-up installs the npm packages; waiting.',
    async () => {
      if (await isThere(root)) return;
      console.error('Installing the npm packages, Node 24 among them: the language of Parley. About 20 s.');
      const began = Date.now();
      await prepare(root);
      // `npm ci` would be the word, but refuses a lockfile that lacks optional packages for some other system. No
      // install script is needed: what they would fetch, set-up fetches with checks of its own.
      const args = [
        'install',
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ];
      const [command, ...before] = npm(process.env.npm_execpath);
      const code = await run(command, [...before, ...args], { cwd: root, stdout: 'stderr' });
      if (code > 128) process.exit(code);
      if (code !== 0) {
        throw new Error(
          `npm install ended with status ${code}. What it says above tells why; \`npm ping\` says whether the registry can be reached. Run the same command again to go on.`,
        );
      }
      console.error(`  done in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    },
  );
}

/**
 * Finds a Node 24 or newer: the one of the npm packages, else the one that runs this.
 *
 * @param {string} root the checkout
 * @param {{ execPath: string, version: string }} own
 * @returns {Promise<string>} its path
 */
export async function node24(root, own) {
  const linked = join(root, 'node_modules/.bin/node');
  if (await isNode24(linked)) return linked;
  // npm 10 installs the package and forgets the link.
  const system = `${process.platform}-${process.arch}`;
  for (const name of [`node-${system}`, `node-bin-${system}`]) {
    if (!(await isNode24(join(root, 'node_modules', name, 'bin/node')))) continue;
    await rm(linked, { force: true });
    await symlink(join('..', name, 'bin/node'), linked);
    return linked;
  }
  if (isNewEnough(own.version)) return own.execPath;
  throw new Error(
    `Parley needs Node 24. npm has none for ${process.platform} on ${process.arch}, and this is Node ${own.version}. Install Node 24 or newer, then run the same command again.`,
  );
}

async function isNode24(program) {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    return isNewEnough(stdout.trim().replace(/^v/, ''));
  } catch {
    return false;
  }
}

/** @param {string} version such as 24.9.0 */
export function isNewEnough(version) {
  return Number.parseInt(version, 10) >= 24;
}

/**
 * The command that runs npm: the npm that started this, else the one of the PATH.
 *
 * @param {string | undefined} execPath `npm_execpath`, which other package managers set as well
 */
export function npm(execPath) {
  return execPath && basename(execPath) === 'npm-cli.js' ? [process.execPath, execPath] : ['npm'];
}

/** Takes the mark of a finished installation away, and with it everything that an interrupted one left. */
async function prepare(root) {
  const isWhole = (await madeTree(root)) !== undefined;
  await rm(join(root, isWhole ? tree : 'node_modules'), { recursive: true, force: true });
}

const tree = 'node_modules/.package-lock.json';
const madeTree = root => readFile(join(root, tree), 'utf8').catch(() => undefined);

async function isThere(root) {
  const made = await madeTree(root);
  return isInstalled(await readFile(join(root, 'package-lock.json'), 'utf8'), made);
}
