import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { countAllocations, parseUdpTable } from './allocations.ts';

test('sockets are read from the table of the kernel', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  611: 0100007F:0D96 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 68931 2 000000002c6a73a0 0
 5231: 00000000000000000000000001000000:C351 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 65534        0 70000 2 0 0
`;
  expect(parseUdpTable(table)).toEqual([
    { port: 3478, inode: '68931' },
    { port: 50_001, inode: '70000' },
  ]);
  expect(parseUdpTable('')).toEqual([]);
});

test('only sockets of the process and of the range count', async () => {
  const sockets = [1, 2].map(() => createSocket('udp4'));
  for (const socket of sockets) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  const [first, second] = sockets.map(socket => socket.address().port);
  if (first === undefined || second === undefined) throw new Error('No sockets.');
  expect(await countAllocations(process.pid, { first, last: first })).toBe(1);
  expect(await countAllocations(process.ppid, { first, last: first })).not.toBe(1);
  for (const socket of sockets) socket.close();
});

test('a process that is gone says nothing', async () => {
  expect(await countAllocations(2 ** 22 + 1, { first: 1024, last: 65_535 })).toBeUndefined();
});
