import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { locateTool } from '@parley/setup';
import { parseAllDocuments } from 'yaml';

/** The folder of the chart. */
export const chartFolder = join(import.meta.dirname, 'parley');

/** The oldest Kubernetes that the chart is made for. */
export const oldestKubernetes = '1.28.0';

/** An object of Kubernetes as the chart renders it. */
export interface Rendered {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

export interface RenderOptions {
  namespace: string;
  /** Name of the release. Default: `parley`. */
  release?: string;
  /** Files of values; later ones win. */
  valuesFiles?: readonly string[];
  /** Values that win over those of the files. They are on no command line and in no file. */
  values?: object;
  /** Default: `oldestKubernetes`. */
  kubeVersion?: string;
  /** Whether hooks, and with them tests, are rendered too. Default: false. */
  hooks?: boolean;
  /** Default: `chartFolder`. */
  chart?: string;
}

/** Helm refused: wrong values, or a chart that cannot be rendered. Its message says where. */
export class HelmError extends Error {
  override readonly name = 'HelmError';
  readonly code = 'HELM';
}

/**
 * Runs Helm.
 *
 * @param input what it reads from standard input
 * @returns its standard output
 * @throws ToolsMissingError, HelmError
 */
export function helm(args: readonly string[], input = '', env: Record<string, string> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(locateTool('helm'), args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, ...env },
  });
  if (error) throw new HelmError(`Helm cannot be run: ${error.message}`, { cause: error });
  if (status !== 0) throw new HelmError(stderr.trim() || `Helm ended with status ${status}.`);
  return stdout;
}

/**
 * Renders the chart with Helm, without a cluster.
 *
 * @returns the objects, in the order in which Helm installs them.
 * @throws ToolsMissingError, HelmError
 */
export function renderChart(options: RenderOptions): Rendered[] {
  const { namespace, release = 'parley', valuesFiles = [], values = {} } = options;
  const text = helm(
    [
      ...['template', release, options.chart ?? chartFolder, '--namespace', namespace],
      ...['--kube-version', options.kubeVersion ?? oldestKubernetes],
      '--include-crds',
      ...(options.hooks ? [] : ['--no-hooks']),
      ...valuesFiles.flatMap(file => ['--values', file]),
      ...['--values', '-'],
    ],
    JSON.stringify(values),
  );
  return parseAllDocuments(text)
    .map(document => {
      const [mistake] = document.errors;
      if (mistake) throw new HelmError(`The chart renders something that is no YAML: ${mistake.message}`);
      return document.toJS() as Rendered | null;
    })
    .filter(object => object !== null);
}
