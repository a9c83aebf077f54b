import { createLogger } from '@parley/telemetry';
import { createReplica, type Replica } from '../replica.ts';
import { Settings } from '../settings.ts';
import { replicaEnv } from './processes.ts';

export interface RunningReplica extends AsyncDisposable {
  readonly replica: Replica;
  readonly port: number;
  readonly url: string;
}

/** A replica in the test's own process. */
export async function startReplica(
  redisUrl: string,
  more: Record<string, string> = {},
): Promise<RunningReplica> {
  const log = createLogger('signaling');
  log.level = process.env.SHOW_LOGS ? 'debug' : 'fatal';
  const replica = await createReplica(Settings.parse(replicaEnv(redisUrl, 0, more)), log);
  const port = await replica.listen();
  return {
    replica,
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => replica.close(),
  };
}
