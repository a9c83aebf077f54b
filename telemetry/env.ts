import { z } from 'zod';

/**
 * Reads a process's settings from its environment. What is missing or wrong is named on standard error, and the
 * process ends with status 78 (EX_CONFIG of sysexits.h).
 */
export function readEnv<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv = process.env): z.output<T> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  console.error(`The environment is not as it should be:\n${z.prettifyError(result.error)}`);
  process.exit(78);
}

export const port = z.coerce.number().int().min(0).max(65535);
