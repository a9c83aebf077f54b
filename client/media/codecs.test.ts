import type { types } from 'mediasoup-client';
import { expect, test } from 'vitest';
import type { VideoCodec } from '../types.ts';
import { chooseCodec, type Layering } from './codecs.ts';

/** What a browser knows, in this order. */
const knows = (...names: string[]): types.RtpCapabilities => ({
  codecs: names.map((name, place) => ({
    kind: 'video',
    mimeType: `video/${name}`,
    clockRate: 90_000,
    preferredPayloadType: 96 + place,
  })),
});
const all = knows('VP8', 'VP9', 'AV1', 'H264', 'H264');

test.each<[VideoCodec, types.RtpCapabilities, types.RtpCapabilities, string | undefined, Layering]>([
  ['vp8', all, all, 'video/VP8', 'simulcast'],
  ['vp9', all, all, 'video/VP9', 'scalable'],
  ['av1', all, all, 'video/AV1', 'none'],
  ['h264', all, all, 'video/H264', 'simulcast'],
  // A browser that plays AV1 and has no encoder for it, and one that sends what it would not play itself.
  ['av1', knows('VP8', 'H264'), all, 'video/VP8', 'simulcast'],
  ['av1', all, knows('VP8', 'H264'), 'video/VP8', 'simulcast'],
  // An older router, or a browser without VP8, leaves the choice to the browser.
  ['vp9', knows('H264'), knows('H264'), undefined, 'simulcast'],
  ['vp9', {}, {}, undefined, 'simulcast'],
])('%s', (wished, send, receive, name, layering) => {
  const chosen = chooseCodec(wished, { send, receive });
  expect([chosen.capability?.mimeType, chosen.layering]).toEqual([name, layering]);
});

test('of several profiles the first is sent, which is the one that the router prefers', () => {
  const { capability } = chooseCodec('h264', { send: all, receive: all });
  expect(capability?.preferredPayloadType).toBe(99);
});
