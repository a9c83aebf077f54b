import type { types } from 'mediasoup-client';
import type { VideoCodec } from '../types.ts';

/** Sent where the wished codec is not to be had: with H.264 it is what every browser sends and plays (RFC 7742). */
export const defaultVideoCodec: VideoCodec = 'vp8';

/** How a codec carries a camera in several sizes: a stream for each, all in one stream, or not at all. */
export type Layering = 'simulcast' | 'scalable' | 'none';

/** What mediasoup forwards. Browsers do not decode AV1 in several sizes without its dependency descriptors, which it keeps to itself. */
const layerings: Readonly<Record<VideoCodec, Layering>> = {
  vp8: 'simulcast',
  h264: 'simulcast',
  vp9: 'scalable',
  av1: 'none',
};

/** What this browser and the room's SFU have in common. */
export interface Capabilities {
  send: types.RtpCapabilities;
  receive: types.RtpCapabilities;
}

/** How pictures are encoded; `capability` is undefined where the browser is to choose. */
export interface ChosenCodec {
  capability: types.RtpCodecCapability | undefined;
  layering: Layering;
}

/**
 * The wished codec if this browser sends it and plays it too, else the default. That it plays what it sends is all that is known
 * here of the browsers of others; who wishes a codec vouches for them.
 */
export function chooseCodec(wished: VideoCodec, { send, receive }: Capabilities): ChosenCodec {
  const played = new Set(receive.codecs?.map(nameOf));
  for (const codec of [wished, defaultVideoCodec]) {
    const name = `video/${codec}`;
    const capability = played.has(name) ? send.codecs?.find(one => nameOf(one) === name) : undefined;
    if (capability) return { capability, layering: layerings[codec] };
  }
  return { capability: undefined, layering: layerings[defaultVideoCodec] };
}

function nameOf({ mimeType }: types.RtpCodecCapability): string {
  return mimeType.toLowerCase();
}
