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
  const { secret, configMap, projected } = volume;
  const parts: Part[] = projected?.sources ?? [
    {
      ...(secret ? { secret: { ...secret, name: secret.secretName } } : {}),
      ...(configMap ? { configMap } : {}),
    },
  ];
  const files: File[] = [];
  for (const part of parts) files.push(...(await filesOf(part, volume.name, sources)));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, value } of files) {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    await writeFile(file, value, { mode: 0o600 });
  }
}

interface File {
  path: string;
  value: string;
}

type Part = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

/** The files that one Secret or ConfigMap gives to a volume. */
async function filesOf({ secret, configMap }: Part, volume: string, sources: Sources): Promise<File[]> {
  const from = secret ?? configMap;
  if (!from) {
    throw new MissingReferenceError(
      `volume "${volume}" is neither made of Secrets and ConfigMaps nor an emptyDir, which is all the one-machine cluster has`,
    );
  }
  const { name = '', items, optional } = from;
  const data = await (secret ? sources.secret(name) : sources.configMap(name));
  if (!data && !optional) {
    throw new MissingReferenceError(`${secret ? 'secret' : 'configmap'} "${name}" not found`);
  }
  const wanted = items ?? Object.keys(data ?? {}).map(key => ({ key, path: key }));
  return wanted.flatMap(({ key, path }) => {
    const value = data?.[key];
    if (value !== undefined) return [{ path, value }];
    if (optional) return [];
    throw new MissingReferenceError(`"${name}" has no key ${key}`);
  });
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
