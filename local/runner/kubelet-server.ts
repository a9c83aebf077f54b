import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';

export interface KubeletOptions {
  address: string;
  port: number;
  /** PEM certificate and key of the API server: the node shows it, and callers have to show it too. */
  cert: string;
  key: string;
  logs: string;
  /** What names the present run of a container, or undefined if it does not run. */
  runOf(namespace: string, pod: string, container: string): number | undefined;
}

const label = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const lookMs = 200;

/** Serves the part of the kubelet's API that `kubectl logs` needs, to the API server only. */
export async function serveKubelet({
  address,
  port,
  cert,
  key,
  logs,
  runOf,
}: KubeletOptions): Promise<{ close(): Promise<void> }> {
  const server = createServer(
    { cert, key, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const url = new URL(request.url ?? '/', 'https://node');
      const [verb, namespace = '', pod = '', container = '', ...more] = url.pathname.slice(1).split('/');
      const known = verb === 'containerLogs' && more.length === 0;
      if (!(request.socket instanceof TLSSocket) || !showsCertificate(request.socket, cert)) {
        response.writeHead(401).end('Only the API server may ask.\n');
      } else if (!known || ![namespace, pod, container].every(part => label.test(part))) {
        response.writeHead(404).end('The pod runner serves containerLogs only.\n');
      } else {
        const previous = url.searchParams.get('previous') === 'true' ? '.previous' : '';
        const file = join(logs, `${namespace}_${pod}`, `${container}.log${previous}`);
        sendLog(file, url.searchParams, () => runOf(namespace, pod, container), response).catch(() => {
          if (response.headersSent) response.destroy();
          else response.writeHead(404).end(`There is no log of ${container} in ${pod}.\n`);
        });
      }
    },
  );
  server.listen({ host: address, port, exclusive: true });
  await once(server, 'listening');
  return {
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The API server's certificate says by its signature in the handshake who has its key. */
function showsCertificate(socket: TLSSocket, cert: string): boolean {
  const shown = socket.getPeerX509Certificate();
  return shown !== undefined && cert.includes(shown.toString().trim());
}

async function sendLog(
  path: string,
  query: URLSearchParams,
  currentRun: () => number | undefined,
  response: ServerResponse,
): Promise<void> {
  const run = query.get('follow') === 'true' ? currentRun() : undefined;
  let ended = run === undefined;
  const tail = Number(query.get('tailLines') ?? Number.NaN);
  await using file = await open(path);
  let { size } = await file.stat();
  let position = Number.isInteger(tail) ? await tailStart(file, size, tail) : 0;
  const limit = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  let sent = 0;
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.flushHeaders();
  const buffer = Buffer.alloc(65_536);
  while (!response.destroyed && sent < limit) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, limit - sent), position);
    if (bytesRead > 0) {
      position += bytesRead;
      sent += bytesRead;
      const more = response.write(Buffer.from(buffer.subarray(0, bytesRead)));
      if (!more) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      continue;
    }
    if (ended) break;
    await sleep(lookMs);
    // What came with its last breath is still read.
    ended = currentRun() !== run;
    ({ size } = await file.stat());
    if (size < position) position = 0;
  }
  response.end();
}

/** Where the last `lines` lines of a file of `size` bytes begin. */
async function tailStart(
  file: Awaited<ReturnType<typeof open>>,
  size: number,
  lines: number,
): Promise<number> {
  if (lines <= 0) return size;
  const block = Buffer.alloc(16_384);
  let wanted = lines;
  // The last byte ends the last line.
  let end = size - 1;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let index = bytesRead - 1; index >= 0; index -= 1) {
      if (block[index] === 10) wanted -= 1;
      if (wanted === 0) return start + index + 1;
    }
    end = start;
  }
  return 0;
}
