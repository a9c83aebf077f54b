import type { CallState, QualitySnapshot } from '@parley/client';

/** What may have to be said over the pictures, the most important first. */
export const banners = [
  'connection',
  'blocked',
  'muted',
  'undecided',
  'problem',
  'screen',
  'microphone',
  'camera',
  'recovered',
  'reduced',
  'better',
  'device',
  'relayed',
] as const;
export type BannerName = (typeof banners)[number];

/** More at a time hide the people. */
export const mostBanners = 2;

/** Of those that have something to say, the ones that do so now. */
export function chooseBanners(wanted: Partial<Record<BannerName, boolean>>): ReadonlySet<BannerName> {
  return new Set(banners.filter(name => wanted[name]).slice(0, mostBanners));
}

/** What is known of the network that the browser is on. */
export type Network = 'same' | 'offline' | 'changed';

/** What is said of a connection that does not work; undefined while it does. */
export type ConnectionTrouble = 'offline' | 'looking' | 'signaling' | 'media';

export function connectionTrouble(state: CallState, network: Network): ConnectionTrouble | undefined {
  if (network === 'offline') return 'offline';
  if (state.status !== 'reconnecting') return undefined;
  return network === 'changed' ? 'looking' : state.cause;
}

/** What is said of what is left out; undefined while nothing is. */
export type ReductionWord =
  | 'reducedReceive'
  | 'reducedFewer'
  | 'reducedSound'
  | 'reducedSend'
  | 'reducedBoth';

export function reductionWord({ receive, send }: QualitySnapshot['reduced']): ReductionWord | undefined {
  if (receive === 'sound') return 'reducedSound';
  if (receive === 'fewer') return 'reducedFewer';
  if (receive === 'smaller') return send === 'full' ? 'reducedReceive' : 'reducedBoth';
  return send === 'full' ? undefined : 'reducedSend';
}
