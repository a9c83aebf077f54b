import { setTimeout as sleep } from 'node:timers/promises';
import type { RtpCapabilities, RtpParameters } from '@parley/protocol';

/** Size of each RTP packet, header included, in bytes: about what browsers make of video. */
export const packetBytes = 1_200;
const framesPerSecond = 30;
const clockRate = 90_000;
const payloadType = 96;
/** How often it is looked whether frames are due, in ms. */
const tickMs = 4;
/** How late frames may be and still be sent, in frames: after a longer pause the clock starts anew. */
const latestFrames = 3;

const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];

/** VP8 in one layer, as a browser describes it. */
export function cameraParameters(ssrc: number): RtpParameters {
  return {
    codecs: [{ mimeType: 'video/VP8', payloadType, clockRate, rtcpFeedback }],
    encodings: [{ ssrc }],
  };
}

/**
 * What a native peer can take of what a router offers: Opus, and VP8 with retransmission on paper, as then the SFU keeps packets as
 * it does for browsers. It tells no bandwidth, so nothing that rests on that is taken.
 */
export function receivingCapabilities({ codecs = [] }: RtpCapabilities): RtpCapabilities {
  const [opus, vp8] = ['audio/opus', 'video/vp8'].map(name =>
    codecs.find(({ mimeType }) => mimeType.toLowerCase() === name),
  );
  const retransmission = vp8 && codecs.find(({ parameters }) => parameters?.apt === vp8.preferredPayloadType);
  const feedback = new Map([
    [opus, []],
    [vp8, rtcpFeedback],
  ]);
  return {
    codecs: [opus, vp8, retransmission]
      .filter(codec => codec !== undefined)
      .map(codec => ({ ...codec, rtcpFeedback: feedback.get(codec) ?? codec.rtcpFeedback ?? [] })),
    headerExtensions: [],
  };
}

/** The packets of a camera: frames without a picture that an SFU forwards like real ones. Their size does not change. */
export class CameraFrames {
  readonly #packet = Buffer.alloc(packetBytes);
  #sequenceNumber: number;
  #bytesOwed = 0;

  /** @param first the first packet's sequence number. */
  constructor(ssrc: number, first: number) {
    this.#sequenceNumber = first & 0xffff;
    this.#packet.writeUInt8(0x80, 0);
    this.#packet.writeUInt32BE(ssrc, 8);
    this.#packet.fill(0x5a, 12);
  }

  /** Gives `send` the packets of the next frame, which is a key frame if `key`. @returns how many they were. */
  next(timestamp: number, key: boolean, bitsPerSecond: number, send: (packet: Buffer) => void): number {
    this.#bytesOwed += bitsPerSecond / 8 / framesPerSecond;
    // Without a packet a key frame would be lost; at low rates other frames may have none.
    const count = Math.max(key ? 1 : 0, Math.floor(this.#bytesOwed / packetBytes));
    this.#bytesOwed -= count * packetBytes;
    for (let index = 0; index < count; index++) {
      const last = index === count - 1;
      this.#packet.writeUInt8(last ? 0x80 | payloadType : payloadType, 1);
      this.#packet.writeUInt16BE(this.#sequenceNumber, 2);
      this.#packet.writeUInt32BE(timestamp >>> 0, 4);
      // RFC 7741: the payload descriptor says whether a frame starts here, the next byte whether it needs another one.
      this.#packet.writeUInt8(index === 0 ? 0x10 : 0, 12);
      this.#packet.writeUInt8(key ? 0 : 1, 13);
      send(this.#packet);
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    }
    return count;
  }
}

/** A camera and where its packets go. */
export interface SendingCamera {
  frames: CameraFrames;
  send: (packet: Buffer) => void;
}

/**
 * Lets all cameras send for so long, each `bitsPerSecond`, evenly spread over the time between two frames. The first frame
 * of each is a key frame.
 *
 * @returns how many packets were sent. They are fewer than wished on a machine that is too busy.
 */
export async function sendCameras(
  cameras: readonly SendingCamera[],
  { bitsPerSecond, seconds }: { bitsPerSecond: number; seconds: number },
): Promise<number> {
  const frameMs = 1_000 / framesPerSecond;
  const began = performance.now();
  const end = began + seconds * 1_000;
  const running = cameras.map((camera, index) => ({
    ...camera,
    dueAt: began + (index * frameMs) / cameras.length,
    first: true,
  }));
  let sent = 0;
  for (let now = began; now < end; now = performance.now()) {
    for (const camera of running) {
      if (now - camera.dueAt > latestFrames * frameMs) camera.dueAt = now;
      for (; camera.dueAt <= now; camera.dueAt += frameMs) {
        const timestamp = Math.round((camera.dueAt * clockRate) / 1_000);
        sent += camera.frames.next(timestamp, camera.first, bitsPerSecond, camera.send);
        camera.first = false;
      }
    }
    await sleep(tickMs);
  }
  return sent;
}
