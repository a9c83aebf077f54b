import type { VideoCodec } from '@parley/client';
import { cleanDisplayName } from '@parley/protocol/names';

/** What a link says beside the room. */
export interface Launch {
  token: string | undefined;
  /** The name to join with, instead of the remembered one. */
  name: string | undefined;
  /** Joins at once, without the green room. */
  autojoin: boolean;
  /** Whether to begin with it on; undefined: as last time. */
  microphone: boolean | undefined;
  camera: boolean | undefined;
  /** Sends all media through TURN. */
  relay: boolean;
  /** How own pictures are to be encoded; undefined: as the library does by itself. */
  codec: VideoCodec | undefined;
}

const codecs: readonly VideoCodec[] = ['vp8', 'h264', 'vp9', 'av1'];

/**
 * Reads the launch parameters from the query and, for the token, also from the fragment. `address` is where the page
 * stays: the same without the token, which has no business in histories and screenshots.
 */
export function takeLaunch(url: URL): { launch: Launch; address: string } {
  const query = new URLSearchParams(url.search);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const token = fragment.get('token') ?? query.get('token') ?? undefined;
  const launch: Launch = {
    token: token || undefined,
    name: cleanDisplayName(query.get('name') ?? '') || undefined,
    autojoin: query.get('autojoin') === '1',
    microphone: onOff(query.get('mic')),
    camera: onOff(query.get('camera')),
    relay: query.get('relay') === '1',
    codec: codecs.find(codec => codec === query.get('codec')),
  };
  query.delete('token');
  fragment.delete('token');
  const search = query.size > 0 ? `?${query}` : '';
  const hash = fragment.size > 0 ? `#${fragment}` : '';
  return { launch, address: url.pathname + search + hash };
}

function onOff(value: string | null): boolean | undefined {
  if (value === '0') return false;
  return value === '1' ? true : undefined;
}
