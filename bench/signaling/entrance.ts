/**
 * One address for several replicas, in turn, as a cluster's entrance is: one that refuses the connection is passed over. Usage:
 * node entrance.ts, with PORT to listen on and TARGETS, the replicas' ports on 127.0.0.1, comma-separated.
 */
import { createConnection, createServer, type Socket } from 'node:net';
import { port, readEnv } from '@parley/telemetry';
import { z } from 'zod';

const Targets = z.string().transform(text => z.array(port).min(1).parse(text.split(',')));
const settings = readEnv(z.object({ LISTEN_HOST: z.string(), PORT: port, TARGETS: Targets }));
let turn = 0;

function connect(client: Socket, left: number): void {
  const target = settings.TARGETS[turn++ % settings.TARGETS.length] ?? 0;
  const server = createConnection({ host: '127.0.0.1', port: target, noDelay: true });
  const refused = () => (left > 1 ? connect(client, left - 1) : client.destroy());
  server.once('error', refused);
  server.once('connect', () => {
    server.off('error', refused);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
      one.pipe(other);
    }
  });
}

createServer({ noDelay: true }, client => {
  client.on('error', () => client.destroy());
  connect(client, settings.TARGETS.length);
}).listen(settings.PORT, settings.LISTEN_HOST);
