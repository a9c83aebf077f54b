import type { MediaSource } from '@parley/protocol';
import type { types } from 'mediasoup-client';

type Encoding = types.RtpEncodingParameters;
type Size = { width?: number | undefined; height?: number | undefined };

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

/** Simulcast layers of a camera, smallest first: three from 960 pixels on the longer side, two from 480, else one. */
function cameraEncodings({ width = 1280, height = 720 }: Size): Encoding[] {
  const longer = Math.max(width, height);
  const scales = longer >= 960 ? [4, 2, 1] : longer >= 480 ? [2, 1] : [1];
  return scales.map(scale => ({
    scaleResolutionDownBy: scale,
    maxBitrate: cameraBitrate((width * height) / scale ** 2),
    scalabilityMode: temporalLayers,
  }));
}

/** Chooses how to send `source` with pictures of `size`; 1280 × 720 is assumed where it is not known. */
export function chooseSending(source: MediaSource, size: Size = {}): Sending {
  switch (source) {
    case 'microphone':
      return {
        encodings: [{ maxBitrate: 40_000 }],
        codecOptions: { opusStereo: false, opusDtx: true, opusFec: true },
      };
    case 'screen-audio':
      return {
        encodings: [{ maxBitrate: 128_000 }],
        codecOptions: { opusStereo: true, opusDtx: true, opusFec: true },
      };
    case 'camera':
      return { encodings: cameraEncodings(size), codecOptions: { videoGoogleStartBitrate: 800 } };
    case 'screen':
      return {
        encodings: [{ maxBitrate: 3_000_000, scalabilityMode: temporalLayers }],
        codecOptions: { videoGoogleStartBitrate: 1_000 },
      };
  }
}
