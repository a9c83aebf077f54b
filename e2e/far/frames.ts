/** What a connection through the wall between two networks begins with: where it leads. */
export interface Destination {
  kind: 'udp' | 'tcp';
  address: string;
  port: number;
}

/** A datagram as it goes over a stream: after its length. */
export function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}

/** Takes a stream in pieces and gives the datagrams in it. */
export function unframer(give: (packet: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return piece => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      give(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  };
}
