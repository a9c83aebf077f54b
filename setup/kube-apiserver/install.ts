import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from '../debian/packages.ts';
import { fetchFile, fetchText, UnreachableError, verifySha512 } from '../download.ts';
import { keep } from '../keep.ts';
import { logFile, runLogged } from '../logged.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { CannotInstallError } from '../problems.ts';
import { report } from '../progress.ts';
import { findTool } from '../tools.ts';
import { debianKubernetesVersion, envtestVersion, kubernetesFolders } from '../versions.ts';

const releases =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';
const download = 'https://github.com/kubernetes-sigs/controller-tools/releases/download';
const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const buildPackages = [
  'golang-1.19-go',
  'golang-1.19-src',
  'golang-github-modern-go-reflect2-dev',
  'make',
  'rsync',
  'jq',
];

/** Gets kube-apiserver, etcd and kubectl: as controller-tools publishes them, else by way of Debian. */
export async function installKubernetes(): Promise<void> {
  const machine = thisMachine();
  try {
    await downloadEnvtest(machine);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const instead = findTool('kubeApiserver')
      ? 'takes etcd and kubectl from Debian instead'
      : `builds Kubernetes ${debianKubernetesVersion} from Debian's source instead, about 5 min`;
    report(`  ${error.message}: ${instead}.`);
    await buildFromDebian(machine);
  }
}

/** The archive of the envtest programs for a system. */
export function envtestArchive(platform: string, arch: string): string {
  return `envtest-v${envtestVersion}-${platform}-${goArch[arch] ?? arch}.tar.gz`;
}

/** The SHA-512 that the list of envtest releases gives for an archive. */
export function publishedHash(list: string, archive: string): string | undefined {
  const name = archive.replaceAll('.', '\\.');
  return list.match(new RegExp(`^\\s*${name}:\\s*\\n\\s*hash:\\s*([0-9a-f]{128})\\s*$`, 'm'))?.[1];
}

async function downloadEnvtest({ platform, arch }: Machine): Promise<void> {
  const archive = envtestArchive(platform, arch);
  const hash = publishedHash(await fetchText(releases), archive);
  const url = `${download}/envtest-v${envtestVersion}/${archive}`;
  if (!hash) throw new UnreachableError(url, `no archive for ${platform} on ${arch}`);
  report(`  Downloads Kubernetes ${envtestVersion} as controller-tools publishes it.`);
  await keep(kubernetesFolders().download, 'kube-apiserver', async folder => {
    const file = join(folder, archive);
    await fetchFile(url, file);
    await verifySha512(file, hash);
    await runLogged(['tar', '-xzf', file, '-C', folder], { log: logFile('kubernetes') });
    await rm(file);
    await flatten(folder);
  });
}

/** Brings the programs up from the folders of the archive. */
async function flatten(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(entry => entry.isFile())) {
    await chmod(join(entry.parentPath, entry.name), 0o755);
    await rename(join(entry.parentPath, entry.name), join(folder, entry.name));
  }
}

async function buildFromDebian(machine: Machine): Promise<void> {
  const runtime = [
    ...(findTool('etcd') ? [] : ['etcd-server']),
    ...(findTool('kubectl') ? [] : ['kubernetes-client']),
  ];
  if (findTool('kubeApiserver')) return installPackages('etcd and kubectl', runtime, machine);
  if (machine.debian !== 'bookworm' || !machine.hasApt) {
    throw new CannotInstallError(
      'kube-apiserver: its download cannot be reached, and it can be built on Debian 12 alone',
      runtime,
      'Let this machine reach github.com, or set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl.',
    );
  }
  await installPackages('Kubernetes', [...runtime, ...buildPackages], machine);
  await keep(kubernetesFolders().build, 'kube-apiserver', async folder => {
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    await runLogged([join(import.meta.dirname, 'build.sh'), scratch, folder], {
      log: logFile('kube-apiserver'),
      says: /^(?:parley: |\+\+\+|k8s\.io\/|Get:)/,
    });
    await rm(scratch, { recursive: true });
  });
}
