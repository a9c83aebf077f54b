import type { MediaSource } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import type { SoundOptions } from '../types.ts';
import type { Layering } from './codecs.ts';

type Encoding = types.RtpEncodingParameters;
interface Size {
  width?: number | undefined;
  height?: number | undefined;
}

/** How a source is sent. */
export interface Sending {
  encodings: Encoding[];
  codecOptions: types.ProducerCodecOptions;
}

const temporalLayers = 'L1T3';

/** Largest bitrate, in bit/s, for camera pictures of so many pixels. */
function cameraBitrate(pixels: number): number {
  if (pixels <= 320 * 180) return 150_000;
  if (pixels <= 640 * 360) return 500_000;
  if (pixels <= 1280 * 720) return 1_500_000;
  return 2_500_000;
}

/** By how much each spatial layer of a camera is smaller: three from 960 pixels on the longer side, two from 480, else one. */
function cameraScales({ width = 1280, height = 720 }: Size): number[] {
  const longer = Math.max(width, height);
  return longer >= 960 ? [4, 2, 1] : longer >= 480 ? [2, 1] : [1];
}

function layerBitrate({ width = 1280, height = 720 }: Size, scale: number): number {
  return cameraBitrate((width * height) / scale ** 2);
}

/** Simulcast layers of a camera, smallest first. */
function simulcast(size: Size): Encoding[] {
  return cameraScales(size).map(scale => ({
    scaleResolutionDownBy: scale,
    maxBitrate: layerBitrate(size, scale),
    scalabilityMode: temporalLayers,
  }));
}

/**
 * The one encoding of a camera in scalable video of `layers` spatial layers, of which the `sent` smallest are sent, in the sizes that they
 * have among all. Between key frames no layer needs the others, so each costs what it would as a stream of its own.
 */
export function scalableCamera(size: Size, layers: number, sent = layers) {
  const scales = Array.from({ length: sent }, (_, place) => 2 ** (layers - 1 - place));
  return {
    scaleResolutionDownBy: 2 ** (layers - sent),
    maxBitrate: scales.reduce((sum, scale) => sum + layerBitrate(size, scale), 0),
    scalabilityMode: sent > 1 ? `L${sent}T3_KEY` : temporalLayers,
  };
}

function cameraEncodings({ layering = 'simulcast', ...size }: Known): Encoding[] {
  if (layering === 'simulcast') return simulcast(size);
  return [scalableCamera(size, layering === 'scalable' ? cameraScales(size).length : 1)];
}

/** Sound: retransmission reaches what FEC does not, which is what is lost on the way from the SFU. */
function soundSending(music: boolean, { dtx = !music, fec = true }: SoundOptions): Sending {
  return {
    encodings: [{ maxBitrate: music ? 128_000 : 40_000 }],
    codecOptions: { opusStereo: music, opusDtx: dtx, opusFec: fec, opusNack: true },
  };
}

/** What is known of a track. */
export interface Known extends Size, SoundOptions {
  /** Whether the page says that it is music. */
  music?: boolean;
  /** How its codec carries pictures in several sizes. */
  layering?: Layering;
  /** What the network can take, in bit/s, where that was found out before. */
  bandwidth?: number | undefined;
}

/** Within which pictures begin that come after others, in kbit/s: what was found out may be out of date. */
const startKbps = { least: 150, most: 4_000 };

/** How fast pictures begin, until the browser has found out what the network can take. */
function pictureStart(usualKbps: number, { bandwidth }: Known): types.ProducerCodecOptions {
  const { least, most } = startKbps;
  const kbps = bandwidth === undefined ? usualKbps : Math.min(Math.max(bandwidth / 1_000, least), most);
  return { videoGoogleStartBitrate: Math.round(kbps) };
}

/** Chooses how to send `source`; pictures of 1280 × 720 are assumed where their size is not known. */
export function chooseSending(source: MediaSource, known: Known = {}): Sending {
  switch (source) {
    case 'microphone':
      return soundSending(known.music ?? false, known);
    case 'screen-audio':
      return soundSending(true, known);
    case 'camera':
      return {
        encodings: cameraEncodings(known),
        codecOptions: pictureStart(800, known),
      };
    case 'screen':
      return {
        encodings: [{ maxBitrate: 3_000_000, scalabilityMode: temporalLayers }],
        codecOptions: pictureStart(1_000, known),
      };
  }
}
