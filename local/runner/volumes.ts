import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container, Pod, Volume } from '../kube/types.ts';
import { MissingReferenceError, type Sources } from './environment.ts';

/** Where a path of the container really lies, as there is no mount namespace. */
export interface Mount {
  path: string;
  real: string;
}

/**
 * Writes the volumes of a pod below `dir`, readable by their owner only, and says where a container's mounts lie.
 *
 * @throws MissingReferenceError for an absent Secret or ConfigMap, or a kind of volume that is not known here.
 */
export async function mountVolumes(
  pod: Pod,
  container: Container,
  dir: string,
  sources: Sources,
): Promise<Mount[]> {
  const volumes = new Map((pod.spec?.volumes ?? []).map(volume => [volume.name, volume]));
  const mounts: Mount[] = [];
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = volumes.get(name);
    if (!volume) continue;
    const folder = join(dir, 'volumes', name);
    await fill(volume, folder, sources);
    mounts.push({ path: mountPath, real: subPath ? join(folder, subPath) : folder });
  }
  return mounts;
}

async function fill(volume: Volume, folder: string, sources: Sources): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (volume.emptyDir) return;
  const { secret, configMap } = volume;
  if (!secret && !configMap) {
    throw new MissingReferenceError(
      `volume "${volume.name}" is neither a Secret, a ConfigMap nor an emptyDir, which is all the one-machine cluster has`,
    );
  }
  const name = secret?.secretName ?? configMap?.name ?? '';
  const data = await (secret ? sources.secret(name) : sources.configMap(name));
  const { items, optional } = secret ?? configMap ?? {};
  if (!data && !optional) {
    throw new MissingReferenceError(`${secret ? 'secret' : 'configmap'} "${name}" not found`);
  }
  const files = items?.map(({ key, path }) => ({ key, path })) ?? [
    ...Object.keys(data ?? {}).map(key => ({ key, path: key })),
  ];
  await rm(folder, { recursive: true, force: true });
  for (const { key, path } of files) {
    const value = data?.[key];
    if (value === undefined) {
      if (optional) continue;
      throw new MissingReferenceError(`"${name}" has no key ${key}`);
    }
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    await writeFile(file, value, { mode: 0o600 });
  }
}

/** Puts the real places where `text` names mounted paths; longer mount paths win. */
export function rewritePaths(text: string, mounts: readonly Mount[]): string {
  const byLength = [...mounts].sort((a, b) => b.path.length - a.path.length);
  if (byLength.length === 0) return text;
  const pattern = byLength.map(({ path }) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(new RegExp(`(?<![\\w.-])(${pattern})(?=$|[/\\s:,;"'])`, 'g'), match => {
    return byLength.find(({ path }) => path === match)?.real ?? match;
  });
}
