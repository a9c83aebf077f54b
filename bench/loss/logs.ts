import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** One line of a process's log. */
export interface LogLine {
  /** In ms since 1970. */
  at: number;
  /** The folder of its pod's logs, whose name begins with the namespace and the pod's name. */
  of: string;
  message: string;
}

const Line = z.object({ time: z.iso.datetime(), message: z.string() });

/** The lines of all pods' logs since then; what is no line of a structured log is passed over. */
export async function readLogs(dir: string, since: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (const of of await readdir(dir)) {
    for (const file of await readdir(join(dir, of)).catch(() => [])) {
      const text = await readFile(join(dir, of, file), 'utf8');
      for (const line of text.split('\n')) {
        const read = parse(line);
        if (read && read.at >= since) lines.push({ ...read, of });
      }
    }
  }
  return lines.toSorted((one, other) => one.at - other.at);
}

function parse(line: string): Pick<LogLine, 'at' | 'message'> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { time, message } = Line.parse(JSON.parse(line));
    return { at: Date.parse(time), message };
  } catch {
    return undefined;
  }
}
