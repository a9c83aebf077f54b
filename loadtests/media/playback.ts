import type { RtpParameters } from '@parley/protocol';
import type { Clip } from './content/clip.ts';

const headerBytes = 12;
/** How often it is looked what is due, in ms. */
const tickMs = 5;
/** How late something may be and still be sent, in ms: after a longer pause the clock starts anew. */
const latestMs = 200;
/** How far apart jumps to key frames are at least, in ms, as with browsers' encoders. */
const keyFrameEveryMs = 300;

/** One codec and one layer, as a browser describes it. Lost packets are not sent again, whatever is asked. */
export function clipParameters({ kind, clockRate }: Clip, ssrc: number): RtpParameters {
  const codec =
    kind === 'audio'
      ? { mimeType: 'audio/opus', payloadType: 111, clockRate, channels: 2 }
      : {
          mimeType: 'video/VP8',
          payloadType: 96,
          clockRate,
          rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
        };
  return { codecs: [codec], encodings: [{ ssrc }], rtcp: { cname: 'parley', reducedSize: true } };
}

/** Where packets go. @returns whether they went. */
export type SendPacket = (packet: Buffer) => boolean;

/** A clip that is sent over and over, in real time. */
export class Playback {
  /** Packets that were sent. */
  packets = 0;
  /** Of these, without RTP's headers. */
  bytes = 0;
  /** Times that it went on with a key frame because one was asked for. */
  keyFrames = 0;
  readonly #clip: Clip;
  readonly #send: SendPacket;
  readonly #packet = Buffer.alloc(1_500);
  readonly #payloadType: number;
  #next = 0;
  #dueAt: number;
  #timestamp: number;
  #number: number;
  #jumpAt = Number.NEGATIVE_INFINITY;
  #asked = false;

  /** @param random gives the first sequence number and timestamp, which RFC 3550 wants to be random. */
  constructor(clip: Clip, parameters: RtpParameters, random: () => number, send: SendPacket, now: number) {
    this.#clip = clip;
    this.#send = send;
    this.#payloadType = parameters.codecs[0]?.payloadType ?? 0;
    this.#number = random() & 0xffff;
    this.#timestamp = random();
    this.#dueAt = now;
    this.#packet.writeUInt8(0x80, 0);
    this.#packet.writeUInt32BE(parameters.encodings?.[0]?.ssrc ?? 0, 8);
  }

  get kind(): Clip['kind'] {
    return this.#clip.kind;
  }

  /** Sends what is due. @param now a monotonic time in ms */
  play(now: number): void {
    if (now - this.#dueAt > latestMs) this.#dueAt = now;
    while (this.#dueAt <= now) {
      if (this.#asked && now - this.#jumpAt >= keyFrameEveryMs) this.#jump(now);
      const frame = this.#clip.frames[this.#next];
      if (!frame) return;
      for (const [index, payload] of frame.payloads.entries()) {
        this.#write(payload, this.#clip.kind === 'video' && index === frame.payloads.length - 1);
      }
      this.#timestamp += frame.ticks;
      this.#dueAt += (frame.ticks * 1_000) / this.#clip.clockRate;
      this.#next = (this.#next + 1) % this.#clip.frames.length;
    }
  }

  /** A receiver needs a picture that can be shown alone: it goes on with the next key frame of the clip. */
  askKeyFrame(): void {
    this.#asked = true;
  }

  #jump(now: number): void {
    this.#asked = false;
    this.#jumpAt = now;
    this.keyFrames++;
    const { frames } = this.#clip;
    while (!frames[this.#next]?.key) this.#next = (this.#next + 1) % frames.length;
  }

  #write(payload: Buffer, marked: boolean): void {
    this.#packet.writeUInt8(marked ? 0x80 | this.#payloadType : this.#payloadType, 1);
    this.#packet.writeUInt16BE(this.#number, 2);
    this.#packet.writeUInt32BE(Math.round(this.#timestamp) >>> 0, 4);
    payload.copy(this.#packet, headerBytes);
    // What could not be sent has its number nevertheless: a receiver misses it.
    this.#number = (this.#number + 1) & 0xffff;
    if (!this.#send(this.#packet.subarray(0, headerBytes + payload.length))) return;
    this.packets++;
    this.bytes += payload.length;
  }
}

/** Whether RTCP asks for a key frame: RFC 4585 (PLI) or RFC 5104 (FIR), in any packet of a compound. */
export function asksKeyFrame(rtcp: Buffer): boolean {
  for (let at = 0; at + 4 <= rtcp.length; at += 4 + rtcp.readUInt16BE(at + 2) * 4) {
    const format = rtcp.readUInt8(at) & 0x1f;
    if (rtcp.readUInt8(at + 1) === 206 && (format === 1 || format === 4)) return true;
  }
  return false;
}

/** Lets everything in this process play that is in it. */
export class Player implements Disposable {
  readonly #playing = new Set<Playback>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      for (const playback of this.#playing) playback.play(now);
    }, tickMs);
  }

  add(playback: Playback): void {
    this.#playing.add(playback);
  }

  remove(playback: Playback): void {
    this.#playing.delete(playback);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#playing.clear();
  }
}
