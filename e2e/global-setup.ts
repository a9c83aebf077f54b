import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@parley/local';
import type { TestProject } from 'vitest/node';

/** The cluster that the end-to-end tests share. */
export interface SharedStack {
  dir: string;
  webUrl: string;
  apiUrl: string;
  apiKey: string;
  kubeconfig: string;
  prometheusTargets: { targets: string[]; labels: Record<string, string> }[];
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: SharedStack;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
  const stack = await startStack({ dir, entrancePort: 0 });
  const { webUrl, apiUrl, apiKey, kubeconfig, prometheusTargets } = stack;
  project.provide('stack', { dir, webUrl, apiUrl, apiKey, kubeconfig, prometheusTargets });
  return async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
