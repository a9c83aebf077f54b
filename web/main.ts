import { join } from 'node:path';
import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { createOperationsServer, createServer, MissingPageError } from './server.ts';
import { Settings } from './settings.ts';

const { LISTEN_HOST: host, ...env } = readEnv(Settings);
const log = createLogger('web');

try {
  const app = await createServer({
    dist: join(import.meta.dirname, 'dist'),
    frameAncestors: env.FRAME_ANCESTORS,
  });
  const operations = createOperationsServer();
  runUntilSignal(log, async () => {
    await app.close();
    await operations.close();
  });
  // In this order: who is ready serves the page.
  const address = await app.listen({ host, port: env.PORT });
  const operationsAddress = await operations.listen({ host, port: env.OPERATIONS_PORT });
  log.info({ address, operationsAddress }, 'serving the page');
} catch (error) {
  if (!(error instanceof MissingPageError)) throw error;
  log.fatal(error.message);
  process.exitCode = 78;
}
