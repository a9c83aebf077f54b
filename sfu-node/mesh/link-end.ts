import { LinkEnd } from '@parley/protocol';
import type { types } from 'mediasoup';
import type { RoomRouter } from '../room-router.ts';

/** As between workers: key frames of many publishers come at once. */
const socketBufferSize = 4 * 1024 * 1024;

/** An end of a link to another SFU, on `router`, encrypted and with its lost packets sent again. `ip`: this pod's own. */
export async function openEnd(router: RoomRouter, ip: string): Promise<types.PipeTransport> {
  const sendBufferSize = socketBufferSize;
  const recvBufferSize = socketBufferSize;
  return (await router.made).createPipeTransport({
    listenInfo: { protocol: 'udp', ip, sendBufferSize, recvBufferSize },
    enableSctp: false,
    enableRtx: true,
    enableSrtp: true,
  });
}

/** What the other SFU has to know of an end. */
export function describeEnd({ tuple, srtpParameters }: types.PipeTransport): LinkEnd {
  return LinkEnd.parse({ ip: tuple.localAddress, port: tuple.localPort, srtpParameters });
}
