import { readdir, readFile, readlink } from 'node:fs/promises';
import type { PortRange } from './settings.ts';

/**
 * How many allocations a coturn process has: it opens one UDP socket of the relay range for each (two where a client
 * wants both families, or a pair of ports). Only the process's own sockets count, so relays may share a machine. The
 * kernel knows this of any build of coturn, and does not forget one that ended.
 *
 * @returns undefined where the kernel does not tell, as it is not Linux or the process is gone.
 */
export async function countAllocations(pid: number, ports: PortRange): Promise<number | undefined> {
  try {
    const [own, udp, udp6] = await Promise.all([
      socketsOf(pid),
      readFile(`/proc/${pid}/net/udp`, 'utf8'),
      // Not there where the kernel has no IPv6.
      readFile(`/proc/${pid}/net/udp6`, 'utf8').catch(() => ''),
    ]);
    const bound = [...parseUdpTable(udp), ...parseUdpTable(udp6)];
    return bound.filter(({ port, inode }) => port >= ports.first && port <= ports.last && own.has(inode))
      .length;
  } catch {
    return undefined;
  }
}

/** The sockets of `/proc/net/udp` or `udp6`. */
export function parseUdpTable(table: string): { port: number; inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const fields = line.trim().split(/\s+/);
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
      const inode = fields[9];
      return inode === undefined || Number.isNaN(port) ? [] : [{ port, inode }];
    });
}

async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    // A descriptor may be closed between the two looks.
    (await readdir(folder)).map(fd => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}
