import { join } from 'node:path';
import { createLogger, port, readEnv, runUntilSignal } from '@parley/telemetry';
import { z } from 'zod';
import { createServer, MissingPageError } from './server.ts';

const env = readEnv(
  z.object({
    LISTEN_HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    /** Who may show the page in a frame: sources of CSP's frame-ancestors. */
    FRAME_ANCESTORS: z
      .string()
      .regex(/^[^;,\r\n]+$/, 'must be a space-separated list of sources')
      .default("'self'"),
  }),
);
const log = createLogger('web');

try {
  const app = await createServer({
    dist: join(import.meta.dirname, 'dist'),
    frameAncestors: env.FRAME_ANCESTORS,
  });
  runUntilSignal(log, () => app.close());
  const address = await app.listen({ host: env.LISTEN_HOST, port: env.PORT });
  log.info({ address }, 'serving the page');
} catch (error) {
  if (!(error instanceof MissingPageError)) throw error;
  log.fatal(error.message);
  process.exitCode = 78;
}
