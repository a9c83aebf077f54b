import { installPackages } from './debian/packages.ts';
import { installHelm } from './helm/install.ts';
import { installKubernetes } from './kube-apiserver/install.ts';
import { installWorker } from './mediasoup-worker/install.ts';
import type { ToolName } from './tools.ts';

/** What a person asked for. */
export const jobs = ['start', 'test', 'smoke', 'bench'] as const;
export type Job = (typeof jobs)[number];

/** One thing that set-up sees to. */
export interface Step {
  readonly name: string;
  /** What it is for. */
  readonly why: string;
  /** How long it takes, for people. */
  readonly takes: string;
  readonly neededBy: readonly Job[];
  /** The programs that are there once it is done. */
  readonly brings: readonly ToolName[];
  install(missing: readonly ToolName[]): Promise<void>;
}

/** A step that has something to do. */
export interface DueStep {
  readonly step: Step;
  readonly missing: readonly ToolName[];
}

const packageOf: Partial<Record<ToolName, readonly string[]>> = {
  redisServer: ['redis-server'],
  turnserver: ['coturn'],
  // Without a font Chromium draws no text.
  chromium: ['chromium', 'fonts-liberation'],
  ip: ['iproute2'],
  nft: ['nftables'],
  // The package has both.
  prometheus: ['prometheus'],
  promtool: ['prometheus'],
};

const installPackagesOf = (what: string) => (missing: readonly ToolName[]) =>
  installPackages(what, [...new Set(missing.flatMap(tool => packageOf[tool] ?? []))]);

/** All steps, in the order in which they are taken. */
export const steps: readonly Step[] = [
  {
    name: 'Redis and coturn',
    why: 'Redis holds who is in a room, coturn relays media where networks block it',
    takes: 'about 20 s',
    neededBy: jobs,
    brings: ['redisServer', 'turnserver'],
    install: installPackagesOf('Redis and coturn'),
  },
  {
    name: 'Chromium',
    why: 'the browser that the tests join calls with',
    takes: 'about 1 min',
    neededBy: ['test', 'smoke'],
    brings: ['chromium'],
    install: installPackagesOf('Chromium'),
  },
  {
    name: 'iproute2 and nftables',
    why: 'the tests put a browser behind a router that translates addresses, in namespaces of its own',
    takes: 'about 5 s',
    neededBy: ['test'],
    brings: ['ip', 'nft'],
    install: installPackagesOf('iproute2 and nftables'),
  },
  {
    name: 'Prometheus',
    why: 'the tests let it scrape a running cluster and judge it by the rules of the chart',
    takes: 'about 20 s',
    neededBy: ['test'],
    brings: ['prometheus', 'promtool'],
    install: installPackagesOf('Prometheus'),
  },
  {
    name: 'Kubernetes',
    why: 'a real API server with its store and kubectl, for the cluster on this machine',
    takes: 'about 30 s where it can be downloaded, else 5 min',
    neededBy: jobs,
    brings: ['kubeApiserver', 'etcd', 'kubectl'],
    install: installKubernetes,
  },
  {
    name: 'Helm',
    why: 'renders the chart that the cluster consists of',
    takes: 'about 5 s',
    neededBy: jobs,
    brings: ['helm'],
    install: installHelm,
  },
  {
    name: 'mediasoup-worker',
    why: 'the program that forwards audio and video',
    takes: 'about 10 s where it can be downloaded, else 4 min',
    neededBy: jobs,
    brings: ['mediasoupWorker'],
    install: installWorker,
  },
];

/** The steps that a job needs and that are not done yet. */
export function dueSteps(
  all: readonly Step[],
  job: Job,
  isThere: (tool: ToolName) => boolean,
): readonly DueStep[] {
  return all
    .filter(step => step.neededBy.includes(job))
    .map(step => ({ step, missing: step.brings.filter(tool => !isThere(tool)) }))
    .filter(({ missing }) => missing.length > 0);
}
