import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { helmFolders, kubernetesFolders, root, workerFolders } from './versions.ts';

/** Absolute paths of the programs that Parley runs but does not contain. */
export interface Tools {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubectl: string;
  readonly redisServer: string;
  readonly turnserver: string;
  readonly mediasoupWorker: string;
  readonly helm: string;
  /** Only `npm test` and `npm run smoke` install it. */
  readonly chromium?: string;
  /** iproute2 and nftables, which make networks for a browser. Only `npm test` installs them. */
  readonly ip?: string;
  readonly nft?: string;
  /** Collects figures and judges them by rules. Only `npm test` installs it, with what checks rules. */
  readonly prometheus?: string;
  readonly promtool?: string;
}

/** What a cluster does without. */
const optional: ReadonlySet<ToolName> = new Set(['chromium', 'ip', 'nft', 'prometheus', 'promtool']);

export type ToolName = keyof Tools;

interface Tool {
  /** The program's file name, best first. */
  readonly programs: readonly string[];
  /** The environment variable that names another file. */
  readonly override: string;
  /** Folders that are looked into before the PATH. */
  readonly folders: (env: Env) => readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

const kubernetes = (env: Env) => {
  const { download, build } = kubernetesFolders();
  const named = env.KUBEBUILDER_ASSETS ? [env.KUBEBUILDER_ASSETS] : [];
  return [...named, download, build, '/usr/local/kubebuilder/bin'];
};
const nowhere = () => [];
/** Where Debian has what only root can use. */
const forRoot = () => ['/usr/sbin', '/sbin'];

const tools: Record<ToolName, Tool> = {
  kubeApiserver: {
    programs: ['kube-apiserver'],
    override: 'TEST_ASSET_KUBE_APISERVER',
    folders: kubernetes,
  },
  etcd: { programs: ['etcd'], override: 'TEST_ASSET_ETCD', folders: kubernetes },
  kubectl: { programs: ['kubectl'], override: 'TEST_ASSET_KUBECTL', folders: kubernetes },
  redisServer: { programs: ['redis-server'], override: 'REDIS_SERVER_BIN', folders: nowhere },
  turnserver: { programs: ['turnserver'], override: 'TURNSERVER_BIN', folders: nowhere },
  mediasoupWorker: {
    programs: ['mediasoup-worker'],
    override: 'MEDIASOUP_WORKER_BIN',
    folders: () => {
      const { download, build } = workerFolders();
      return [join(root, 'node_modules/mediasoup/worker/out/Release'), download, build];
    },
  },
  helm: { programs: ['helm'], override: 'HELM_BIN', folders: () => helmFolders() },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    override: 'CHROMIUM_BIN',
    folders: nowhere,
  },
  ip: { programs: ['ip'], override: 'IP_BIN', folders: forRoot },
  nft: { programs: ['nft'], override: 'NFT_BIN', folders: forRoot },
  prometheus: { programs: ['prometheus'], override: 'PROMETHEUS_BIN', folders: nowhere },
  promtool: { programs: ['promtool'], override: 'PROMTOOL_BIN', folders: nowhere },
};

/** Every tool's name, in the order in which they are listed to people. */
export const toolNames = Object.keys(tools) as readonly ToolName[];

/** Programs are missing on this machine. */
export class ToolsMissingError extends Error {
  readonly code = 'TOOLS_MISSING';
  readonly missing: readonly ToolName[];

  constructor(missing: readonly ToolName[]) {
    const names = missing.map(name => tools[name].programs[0]).join(', ');
    super(
      `Not on this machine: ${names}. \`npm start\` installs what a cluster needs, \`npm test\` the browser too.`,
    );
    this.name = 'ToolsMissingError';
    this.missing = missing;
  }
}

/** An environment variable names a program that is not there. */
export class ToolOverrideError extends Error {
  readonly code = 'TOOL_OVERRIDE';

  constructor(variable: string, path: string) {
    super(`${variable} names ${path}, which is no program that can be run. Correct or unset it.`);
    this.name = 'ToolOverrideError';
  }
}

/**
 * Finds one tool: the file its environment variable names, else Parley's cache, else the PATH.
 *
 * @returns its absolute path, or undefined if it is not on this machine.
 * @throws ToolOverrideError if the environment variable names something that cannot be run.
 */
export function findTool(name: ToolName, env: Env = process.env): string | undefined {
  const { programs, override, folders } = tools[name];
  const named = env[override];
  if (named) {
    if (!canRun(named)) throw new ToolOverrideError(override, named);
    return resolve(named);
  }
  const path = (env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const folder of [...folders(env), ...path]) {
    for (const program of programs) {
      const file = resolve(folder, program);
      if (canRun(file)) return file;
    }
  }
  return undefined;
}

/**
 * Finds one tool that cannot be done without.
 *
 * @throws ToolsMissingError, ToolOverrideError
 */
export function locateTool(name: ToolName, env: Env = process.env): string {
  const found = findTool(name, env);
  if (!found) throw new ToolsMissingError([name]);
  return found;
}

/**
 * Finds all tools. Those that a cluster does without may be missing.
 *
 * @throws ToolsMissingError that names all that is missing, ToolOverrideError
 */
export function locateTools(env: Env = process.env): Tools {
  const found = Object.fromEntries(toolNames.map(name => [name, findTool(name, env)]));
  const missing = toolNames.filter(name => !optional.has(name) && !found[name]);
  if (missing.length > 0) throw new ToolsMissingError(missing);
  return found as Tools & typeof found;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
