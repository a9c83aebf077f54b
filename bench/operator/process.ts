import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerProcess } from '../process.ts';

export interface OperatorOptions {
  name: string;
  environment: Record<string, string>;
  kubeconfig: string;
  /** Folder for its log and kubeconfig. */
  dir: string;
  /** Folder for its CPU profile; written when it stops. */
  profiles: string | undefined;
}

/** An operator in a process of its own, as it runs in its pod. @throws Error if it is not ready within a minute. */
export async function startOperator(options: OperatorOptions): Promise<ServerProcess> {
  const { name, environment, kubeconfig, dir, profiles } = options;
  const config = join(dir, `${name}.kubeconfig`);
  await writeFile(config, kubeconfig, { mode: 0o600 });
  return ServerProcess.start({
    name,
    program: 'operator/main.ts',
    environment: { ...environment, KUBECONFIG: config },
    dir,
    profiles,
  });
}
