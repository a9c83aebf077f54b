import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Kubectl } from './kubectl.ts';

const run = promisify(execFile);

/** The processes of the media workers of a pool of one SFU. */
export async function workerPids(kube: Kubectl, pool: string): Promise<number[]> {
  const labels = `app.kubernetes.io/component=sfu,parley.dev/pool=${pool}`;
  const id = await kube(
    ...['get', 'pods', '-n', 'parley-system', '-l', labels],
    ...['-o', 'jsonpath={.items[0].status.containerStatuses[0].containerID}'],
  );
  const { stdout } = await run('ps', ['--ppid', /:\/\/(\d+)/.exec(id)?.[1] ?? '', '-o', 'pid=,comm=']);
  return stdout
    .split('\n')
    .filter(line => line.includes('mediasoup'))
    .map(line => Number.parseInt(line, 10));
}
