import type { RtpParameters } from '@parley/protocol';
import { parseScalabilityMode } from 'mediasoup-client';

/** Pixels of the smallest of several layers of a camera, as `chooseSending` sends it; each further layer has four times as many. */
const smallestArea = 320 * 180;

/** A picture may be shown with so many times its pixels before the next larger one is worth its bandwidth. */
const stretch = 1.5;

/** The smallest of so many spatial layers that is good enough to be shown on `area` pixels of the screen. */
export function layerFor(area: number, layers: number): number {
  let layer = 0;
  while (layer < layers - 1 && area > smallestArea * 4 ** layer * stretch) layer++;
  return layer;
}

/** Spatial layers that can be had of what a consumer receives. */
export function layersOf({ encodings }: Pick<RtpParameters, 'encodings'>): number {
  return parseScalabilityMode(encodings?.[0]?.scalabilityMode).spatialLayers;
}
