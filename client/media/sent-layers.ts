import { parseScalabilityMode } from 'mediasoup-client';
import { scalableCamera } from './encodings.ts';

/** What of a producer is needed to leave layers out: the browser's sender. */
export interface LimitedSender extends Pick<RTCRtpSender, 'getParameters' | 'setParameters'> {
  track: Pick<MediaStreamTrack, 'getSettings'> | null;
}

interface Encoding extends RTCRtpEncodingParameters {
  scalabilityMode?: string;
}

/** Spatial layers in one stream of a sender as it is now: 1 with simulcast, and where the browser does not say. */
export function layersInStream(sender: LimitedSender): number {
  const [first]: Encoding[] = sender.getParameters().encodings;
  return parseScalabilityMode(first?.scalabilityMode).spatialLayers;
}

/**
 * Sends the `layers` smallest layers of a picture. Simulcast has a stream for each. Where one stream has `inStream` of them, a smaller picture
 * is encoded in fewer layers; that begins with a key frame, as it does when they come back. `maxFramerate` is in frames a second.
 */
export async function sendLayers(
  sender: LimitedSender,
  layers: number,
  inStream: number,
  maxFramerate?: number,
): Promise<void> {
  const parameters = sender.getParameters();
  // With none, the encoding stays as it is until it is known how many come back.
  const scalable = inStream > 1 && layers > 0;
  const size = sender.track?.getSettings() ?? {};
  const limit: Encoding = scalable ? scalableCamera(size, inStream, Math.min(layers, inStream)) : {};
  const encodings: Encoding[] = parameters.encodings;
  const changes = encodings.map((encoding, place) =>
    change(encoding, { ...limit, active: place < layers }, maxFramerate),
  );
  if (changes.includes(true)) await sender.setParameters(parameters);
}

/** Whether anything is different then. */
function change(encoding: Encoding, wanted: Encoding, maxFramerate: number | undefined): boolean {
  const before: Encoding = { active: true, ...encoding };
  Object.assign(encoding, wanted);
  if (maxFramerate === undefined) delete encoding.maxFramerate;
  else encoding.maxFramerate = maxFramerate;
  const { active, scalabilityMode, scaleResolutionDownBy, maxBitrate } = encoding;
  return (
    before.active !== active ||
    before.maxFramerate !== maxFramerate ||
    before.scalabilityMode !== scalabilityMode ||
    before.scaleResolutionDownBy !== scaleResolutionDownBy ||
    before.maxBitrate !== maxBitrate
  );
}
