import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { locateTools } from '@parley/setup';

const run = promisify(execFile);

/** What Kubernetes users type. */
export interface Kubectl {
  /** Runs `kubectl` with these arguments and returns what it printed. @throws Error with what it said instead. */
  (...args: string[]): Promise<string>;
  /** `kubectl apply` of one object. */
  apply(object: object): Promise<string>;
}

export function kubectl(kubeconfig: string): Kubectl {
  const call = async (args: string[], input?: string) => {
    const child = run(locateTools().kubectl, ['--kubeconfig', kubeconfig, ...args], { timeout: 60_000 });
    child.child.stdin?.end(input);
    return (await child).stdout.trim();
  };
  return Object.assign((...args: string[]) => call(args), {
    apply: (object: object) => call(['apply', '-f', '-'], JSON.stringify(object)),
  });
}

/** A Room in the namespace `default`. */
export function roomManifest(name: string, spec: object = {}): object {
  return { apiVersion: 'parley.dev/v1alpha1', kind: 'Room', metadata: { name, namespace: 'default' }, spec };
}
