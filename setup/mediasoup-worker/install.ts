import { spawnSync } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { installPackages } from '../debian/packages.ts';
import { fetchFile, UnreachableError } from '../download.ts';
import { keep } from '../keep.ts';
import { logFile, runLogged } from '../logged.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { CannotInstallError, StepFailedError } from '../problems.ts';
import { report } from '../progress.ts';
import { mediasoupVersion, root, workerFolders } from '../versions.ts';

const published = 'https://github.com/versatica/mediasoup/releases/download';
const packages = [
  'g++',
  'cmake',
  'make',
  'ninja-build',
  'pkg-config',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'libabsl-dev',
];

/** How a worker that runs on this machine ends when nobody tells it its version. */
const endsWithoutVersion = 41;

/** Gets mediasoup-worker: as mediasoup publishes it, else by building it from its npm package. */
export async function installWorker(): Promise<void> {
  const machine = thisMachine();
  const version = mediasoupVersion();
  if (!version)
    throw new StepFailedError('mediasoup is not among the npm packages. Run `npm install --ignore-scripts`.');
  try {
    await downloadWorker(version, machine);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    report(`  ${error.message}: builds it from the sources in its npm package instead, about 4 min.`);
    await buildWorker(machine);
  }
}

/** The archive that mediasoup publishes for a system; on Linux it depends on the kernel's major version. */
export function prebuiltArchive(version: string, machine: Machine, kernel: string): string {
  const suffix = machine.platform === 'linux' ? `-kernel${Number.parseInt(kernel, 10)}` : '';
  return `mediasoup-worker-${version}-${machine.platform}-${machine.arch}${suffix}.tgz`;
}

async function downloadWorker(version: string, machine: Machine): Promise<void> {
  const base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || published;
  const archive = prebuiltArchive(version, machine, release());
  const url = `${base}/${version}/${archive}`;
  await keep(workerFolders().download, 'mediasoup-worker', async folder => {
    const file = join(folder, archive);
    await fetchFile(url, file);
    report('  Downloads it as mediasoup publishes it.');
    await runLogged(['tar', '-xzf', file, '-C', folder], { log: logFile('mediasoup-worker') });
    await rm(file);
    const program = join(folder, 'mediasoup-worker');
    await chmod(program, 0o755);
    if (!workerRuns(program)) throw new UnreachableError(url, 'what it has does not run on this machine');
  });
}

async function buildWorker(machine: Machine): Promise<void> {
  if (!machine.hasApt) {
    throw new CannotInstallError(
      'mediasoup-worker: its download cannot be reached, and it can be built on Debian alone',
      [],
      'Let this machine reach github.com, or set MEDIASOUP_WORKER_BIN to a mediasoup-worker of this version.',
    );
  }
  await installPackages('mediasoup-worker', packages, machine);
  const { build } = workerFolders();
  // The cache may be older than the system, whose libraries it needs.
  if (!workerRuns(join(build, 'mediasoup-worker'))) await rm(build, { recursive: true, force: true });
  await keep(build, 'mediasoup-worker', async folder => {
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    await buildSrtp(scratch);
    const mediasoup = join(root, 'node_modules/mediasoup');
    await runLogged([join(import.meta.dirname, 'build.sh'), mediasoup, scratch, folder], {
      log: logFile('mediasoup-worker'),
      says: /^(\[\d+\/\d+\])/,
    });
    await rm(scratch, { recursive: true });
    if (!workerRuns(join(folder, 'mediasoup-worker'))) {
      throw new StepFailedError('The mediasoup-worker that was built does not run on this machine.', {
        log: logFile('mediasoup-worker'),
      });
    }
  });
}

/** Builds the library that encrypts media. Without it the build takes Debian's, with which media costs more. */
async function buildSrtp(scratch: string): Promise<void> {
  const log = logFile('libsrtp2');
  try {
    await runLogged([join(import.meta.dirname, 'libsrtp.sh'), scratch], { log, says: /^(?:parley: |Get:)/ });
  } catch (error) {
    if (!(error instanceof StepFailedError)) throw error;
    report(
      `  libsrtp2 cannot be built from Debian's source (${log} says why): takes Debian's library, with which forwarding media takes about a third more processor time.`,
    );
  }
}

/** Whether this machine can run a mediasoup-worker, which needs libraries of the system's. */
export function workerRuns(program: string): boolean {
  return spawnSync(program, { env: {}, stdio: 'ignore', timeout: 10_000 }).status === endsWithoutVersion;
}
