/**
 * The E-model of ITU-T G.107 (06/2015): from delay and loss to a rating R from 0 to 100, and from that to a mean opinion score. It is the
 * narrowband model, on whose scale planners, field reports and service levels are: what a wider band adds is not counted, and 4.41 is the most
 * that anything gets without impairments. What stands below are the terms that a packet network changes; all others are those of G.107's defaults.
 */

/** What a codec adds to the impairments, by ITU-T G.113: `ie` without loss, and how robust it is against loss (`bpl`). */
export interface Codec {
  ie: number;
  bpl: number;
}

/**
 * Opus, as M. Alahmadi, P. Počta and H. Melvin derived it for the narrowband E-model ("An Adaptive Bitrate Switching Algorithm for Speech
 * Applications in Context of WebRTC", ACM TOMM 17(4), 2021): the best of the bit rates that they list for it (11 kbit/s, random loss). ITU-T
 * G.113 has no values of it. Calls send more; as concealment is measured after error correction, that shows in the loss.
 */
export const opus: Codec = { ie: 2.03, bpl: 15.95 };

export interface Conversation {
  /** From mouth to ear, in ms. */
  delayMs: number;
  /** Share of what should have been played that was lost, from 0 to 1. */
  loss: number;
  /** How much longer bursts of loss are than they would be if each packet was lost by chance (G.107, BurstR); 1 or more. */
  burstRatio?: number;
}

/** TELR and WEPL in dB, by the defaults of clause 7.7: how much of one's own voice comes back. */
const [talkerEcho, weightedEchoPath] = [65, 110];

/** Ro, the signal against all noise, and Is, what comes with the voice itself: clauses 7.2 and 7.3 at the defaults. */
const [signalToNoise, simultaneous] = [94.77, 1.41];

/** Up to where G.107 was verified; more counts as this. */
const mostBurstRatio = 2;

/** R by clause 7.1 of G.107, from 0 to 100. */
export function ratingOf({ delayMs, loss, burstRatio = 1 }: Conversation, codec: Codec): number {
  const rating =
    signalToNoise - simultaneous - delayImpairment(delayMs) - lossImpairment(loss, burstRatio, codec);
  return Math.min(100, Math.max(0, rating));
}

/** The mean opinion score of a rating, from 1 to 4.5: Annex B of G.107. */
export function scoreOf(rating: number): number {
  const r = Math.min(100, Math.max(0, rating));
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Id: talker's echo, listener's echo and the delay itself, clause 7.4 of G.107, with the same delay in both directions. */
export function delayImpairment(ms: number): number {
  return talkerEchoImpairment(ms) + listenerEchoImpairment(ms) + absoluteDelayImpairment(ms);
}

/** Idte. */
function talkerEchoImpairment(ms: number): number {
  const terv = talkerEcho - 40 * Math.log10((1 + ms / 10) / (1 + ms / 150)) + 6 * Math.exp(-0.3 * ms ** 2);
  const half = (signalToNoise - (80 + 2.5 * (terv - 14))) / 2;
  return (half + Math.sqrt(half ** 2 + 100) - 1) * (1 - Math.exp(-ms));
}

/** Idle, with a round trip of twice the delay. */
function listenerEchoImpairment(ms: number): number {
  const half = (signalToNoise - 10.5 * (weightedEchoPath + 7) * (2 * ms + 1) ** -0.25) / 2;
  return half + Math.sqrt(half ** 2 + 169);
}

/** Idd. */
function absoluteDelayImpairment(ms: number): number {
  if (ms <= 100) return 0;
  const x = Math.log2(ms / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** Ie,eff, clause 7.5. */
export function lossImpairment(loss: number, burstRatio: number, { ie, bpl }: Codec): number {
  const percent = Math.min(1, Math.max(0, loss)) * 100;
  const burst = Math.min(mostBurstRatio, Math.max(1, burstRatio));
  return ie + (95 - ie) * (percent / (percent / burst + bpl));
}
