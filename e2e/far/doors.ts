/**
 * Runs in a network namespace: opens ports there and passes what arrives at them on through a Unix socket, which leads out of every
 * namespace. Its parent says by messages which, and hears the ports; it ends with its parent.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Destination, framed, unframer } from './frames.ts';

const wall = process.argv[2] ?? '';

/** A connection to what is beyond. */
function pass(destination: Destination): Socket {
  const socket = connect(wall);
  socket.write(`${JSON.stringify(destination)}\n`);
  socket.on('error', () => socket.destroy());
  return socket;
}

async function openTcp(destination: Destination): Promise<number> {
  const server = createServer(client => {
    const beyond = pass(destination);
    client.on('error', () => client.destroy());
    client.once('close', () => beyond.destroy());
    beyond.once('close', () => client.destroy());
    client.pipe(beyond).pipe(client);
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function openUdp(destination: Destination): Promise<number> {
  const door = createSocket('udp4');
  const clients = new Map<string, Socket>();
  door.on('message', (packet, { address, port }) => {
    const key = `${address} ${port}`;
    const beyond = clients.get(key) ?? pass(destination);
    if (!clients.has(key)) {
      clients.set(key, beyond);
      beyond.on(
        'data',
        unframer(answer => door.send(answer, port, address)),
      );
    }
    beyond.write(framed(packet));
  });
  // A client that is gone is told of by its network; that is nothing to end for.
  door.on('error', () => {});
  door.bind(0, '0.0.0.0');
  await once(door, 'listening');
  return door.address().port;
}

process.on('message', async (destination: Destination) => {
  const port = await (destination.kind === 'udp' ? openUdp(destination) : openTcp(destination));
  process.send?.({ ...destination, at: port });
});
process.once('disconnect', () => process.exit());
