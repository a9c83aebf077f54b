/** Whether it is RTP, and not RTCP, which comes the same way: RFC 5761, section 4. */
export function isRtp(packet: Buffer): boolean {
  const type = (packet[1] ?? 0) & 0x7f;
  return packet.length >= 12 && (type < 64 || type >= 96);
}

/** Counts the RTP packets of one stream as they arrive, and by their sequence numbers those that did not. */
export class ArrivalCount {
  #received = 0;
  /** The highest number so far, with the rounds of 65,536 before it. */
  #highest: number | undefined;
  #first = 0;

  /** Takes a packet of the track: RTCP, which comes the same way, is left out. */
  take(packet: Buffer): void {
    if (!isRtp(packet)) return;
    const number = packet.readUInt16BE(2);
    this.#received++;
    if (this.#highest === undefined) {
      this.#first = number;
      this.#highest = number;
      return;
    }
    // The shorter way round: negative for a packet that was overtaken.
    const step = ((number - this.#highest + 0x8000) & 0xffff) - 0x8000;
    if (step > 0) this.#highest += step;
  }

  get received(): number {
    return this.#received;
  }

  /** Packets that are missing between the first and the highest. */
  get lost(): number {
    return this.#highest === undefined ? 0 : this.#highest - this.#first + 1 - this.#received;
  }
}
