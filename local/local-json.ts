import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What `local.json` tells programs about a running one-machine cluster. */
export const LocalJson = z.object({
  /** URL that people open. */
  webUrl: z.string(),
  /** Base of the REST API: its paths begin with `/v1`. */
  apiUrl: z.string(),
  /** Bearer token of the REST API. */
  apiKey: z.string(),
  kubeApiUrl: z.string(),
  /** Path of the administrator's kubeconfig. */
  kubeconfig: z.string(),
  /** As Prometheus' `file_sd_configs` wants them. */
  prometheusTargets: z.array(
    z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }),
  ),
  /** Folder of the logs. */
  logs: z.string(),
  /** Process id of the launcher. */
  pid: z.int(),
});
export type LocalJson = z.infer<typeof LocalJson>;

/** Reads what a running cluster wrote, or gives undefined if there is nothing that can be read. */
export async function readLocalJson(path: string): Promise<LocalJson | undefined> {
  try {
    return LocalJson.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes a file that is there as a whole or not at all, for its owner only. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const unfinished = `${path}.new`;
  await writeFile(unfinished, content, { mode: 0o600 });
  await rename(unfinished, path);
}
