import { join } from 'node:path';
import { locateTool } from '@parley/setup';

/** A pod with this annotation gets the address that stands in it. */
export const podAddressAnnotation = 'local.parley.dev/pod-address';

/** What stands in for a container image: a program of this machine. */
export interface Image {
  /** The image's entry point; `dir` is a folder of the container's own. */
  entrypoint(dir: string): string[];
  /** The image's own environment. */
  env?(): Record<string, string>;
}

/** Images by repository, without registry host and tag. */
export type Images = ReadonlyMap<string, Image>;

/** The repository of an image reference, such as `parley/web` of `docker.io/parley/web:4.6@sha256:…`. */
export function repositoryOf(reference: string): string {
  const untagged = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const [first = '', ...rest] = untagged.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return (hasHost ? rest : [first, ...rest]).join('/').replace(/^library\//, '');
}

/** A service of this checkout, run by the Node that runs this. */
function workspace(folder: string, env?: () => Record<string, string>): Image {
  const main = join(import.meta.dirname, '../..', folder, 'main.ts');
  return {
    entrypoint: () => [process.execPath, main],
    env: () => ({ NODE_ENV: 'production', ...env?.() }),
  };
}

/** The images that Parley's pods use. */
export const parleyImages: Images = new Map<string, Image>([
  ['parley/canary', workspace('canary')],
  ['parley/operator', workspace('operator')],
  ['parley/sfu-node', workspace('sfu-node', () => ({ MEDIASOUP_WORKER_BIN: locateTool('mediasoupWorker') }))],
  ['parley/signaling', workspace('signaling')],
  ['parley/web', workspace('web')],
  ['redis', { entrypoint: dir => [locateTool('redisServer'), '--dir', dir] }],
  ['parley/turn-node', workspace('turn-node', () => ({ TURNSERVER_BIN: locateTool('turnserver') }))],
]);
