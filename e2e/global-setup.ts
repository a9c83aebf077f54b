import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@parley/local';
import { startCollector } from '@parley/telemetry/test';
import type { TestProject } from 'vitest/node';

/** The cluster that the end-to-end tests share. */
export interface SharedStack {
  dir: string;
  webUrl: string;
  apiUrl: string;
  apiKey: string;
  kubeconfig: string;
  /** Where all traces go, and can be asked for. */
  collector: string;
  prometheusTargets: { targets: string[]; labels: Record<string, string> }[];
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: SharedStack;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
  const collector = await startCollector();
  const stack = await startStack({ dir, entrancePort: 0, collector: collector.endpoint });
  const { webUrl, apiUrl, apiKey, kubeconfig, prometheusTargets } = stack;
  const shared = { dir, webUrl, apiUrl, apiKey, kubeconfig, prometheusTargets };
  project.provide('stack', { ...shared, collector: collector.endpoint });
  return async () => {
    await stack.stop();
    await collector[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  };
}
