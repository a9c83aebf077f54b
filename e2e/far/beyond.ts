import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Destination, framed, unframer } from './frames.ts';

/** The other end of the wall: a Unix socket at `path`, from which every connection goes on to the destination that it names. */
export async function serveBeyond(path: string): Promise<Disposable> {
  const open = new Set<Socket>();
  const server = createServer(inside => {
    open.add(inside);
    inside.once('close', () => open.delete(inside));
    inside.on('error', () => inside.destroy());
    let head = '';
    const readHead = (piece: Buffer) => {
      const end = piece.indexOf('\n');
      head += piece.subarray(0, end < 0 ? undefined : end).toString();
      if (end < 0) return;
      inside.off('data', readHead);
      inside.pause();
      const rest = piece.subarray(end + 1);
      if (rest.length > 0) inside.unshift(rest);
      const destination: Destination = JSON.parse(head);
      if (destination.kind === 'tcp') joinTcp(inside, destination);
      else joinUdp(inside, destination);
      inside.resume();
    };
    inside.on('data', readHead);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    [Symbol.dispose]() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function joinTcp(inside: Socket, { address, port }: Destination): void {
  const outside = connect({ host: address, port });
  outside.on('error', () => outside.destroy());
  outside.once('close', () => inside.destroy());
  inside.once('close', () => outside.destroy());
  inside.pipe(outside).pipe(inside);
}

function joinUdp(inside: Socket, { address, port }: Destination): void {
  const outside = createSocket('udp4');
  outside.on('error', () => {});
  outside.on('message', packet => inside.write(framed(packet)));
  inside.once('close', () => outside.close());
  inside.on(
    'data',
    unframer(packet => outside.send(packet, port, address)),
  );
}
