import type { Socket } from 'socket.io';

/** What may wait for a client that does not read, in characters; as much again may be on its way. */
export const maxUnread = 1024 * 1024;

/** Calls `cutOff` once when more waits for the client than it may; whoever comes back gets what was missed. */
export function watchReader(connection: Socket['conn'], cutOff: () => void): void {
  let unread = 0;
  connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    const before = unread;
    unread += data?.length ?? 0;
    if (unread > maxUnread && before <= maxUnread) cutOff();
  });
  // All that waited was given to the connection, which takes nothing more until it is gone.
  connection.on('flush', () => {
    unread = 0;
  });
}
