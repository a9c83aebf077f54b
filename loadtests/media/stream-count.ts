import { ArrivalCount, isRtp } from './arrivals.ts';

/** What came of one thing that somebody sends, such as their camera, and when. Times are in ms, of a monotonic clock. */
export class StreamCount {
  /** When the first packet came. */
  firstAt: number | undefined;
  /** One for each track that brought it: another after its media was lost or moved. */
  readonly #tracks: ArrivalCount[] = [];
  #bytes = 0;
  #lastAt = 0;
  #longestGap = 0;
  #ended = false;

  /** Counts one more track. @returns what takes its packets; RTCP among them is left out */
  track(): (packet: Buffer, now: number) => void {
    const count = new ArrivalCount();
    this.#tracks.push(count);
    return (packet, now) => {
      if (!isRtp(packet)) return;
      if (this.firstAt === undefined) this.firstAt = now;
      else if (!this.#ended) this.#longestGap = Math.max(this.#longestGap, now - this.#lastAt);
      this.#lastAt = now;
      this.#bytes += packet.length;
      count.take(packet);
    };
  }

  /** Nothing more is expected: from now on no packet is late, though what still comes is counted. */
  end(now: number): void {
    this.#longestGap = this.longestGap(now);
    this.#ended = true;
  }

  get received(): number {
    return this.#tracks.reduce((sum, { received }) => sum + received, 0);
  }

  get lost(): number {
    return this.#tracks.reduce((sum, { lost }) => sum + Math.max(0, lost), 0);
  }

  /** With RTP's headers. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The longest time between two packets, the one that goes on now among it. */
  longestGap(now: number): number {
    if (this.#ended || this.firstAt === undefined) return this.#longestGap;
    return Math.max(this.#longestGap, now - this.#lastAt);
  }
}
