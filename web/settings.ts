import { port } from '@parley/telemetry';
import { z } from 'zod';

/** What web reads from its environment; see docs/architecture.md. */
export const Settings = z
  .object({
    LISTEN_HOST: z.string().default('0.0.0.0'),
    /** Where the page is served. */
    PORT: port.default(8080),
    /** Where health, readiness and figures are served; nothing leads there from outside. */
    OPERATIONS_PORT: port.default(8081),
    /** Who may show the page in a frame: sources of CSP's frame-ancestors. */
    FRAME_ANCESTORS: z
      .string()
      .regex(/^[^;,\r\n]+$/, 'must be a space-separated list of sources')
      .default("'self'"),
  })
  .refine(({ PORT, OPERATIONS_PORT }) => PORT !== OPERATIONS_PORT || PORT === 0, {
    path: ['OPERATIONS_PORT'],
    message: 'must differ from PORT, which is public',
  });
