import { type Ask, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import { unanswered } from './ask.ts';

const ask: Ask = { sources: ['microphone', 'camera'] };
const track = {} as MediaStreamTrack;
const speaker = { rights: rightsOfRole.speaker, media: {} };

test('O13 an ask stays until one sends what it is about', () => {
  expect(unanswered(undefined, speaker)).toBeUndefined();
  expect(unanswered(ask, speaker)).toBe(ask);
  const muted = { ...speaker, media: { microphone: { track, paused: true } } };
  expect(unanswered(ask, muted)).toBe(ask);
  const speaking = { ...speaker, media: { microphone: { track, paused: false } } };
  expect(unanswered(ask, speaking)).toEqual({ sources: ['camera'] });
  const shown = { ...speaking, media: { ...speaking.media, camera: { track, paused: false } } };
  expect(unanswered(ask, shown)).toBeUndefined();
});

test('O13 an ask ends with the right to send, and with the stay', () => {
  expect(unanswered(ask, { ...speaker, rights: rightsOfRole.viewer })).toBeUndefined();
  expect(unanswered(ask, undefined)).toBeUndefined();
});
