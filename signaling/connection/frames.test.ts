import { expect, test } from 'vitest';
import { textFrame } from './frames.ts';

/** Reads a frame as RFC 6455 says. */
function read(frame: Buffer): { first: number; masked: boolean; text: string } {
  const short = (frame[1] ?? 0) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short;
  expect(frame).toHaveLength(start + length);
  return { first: frame[0] ?? 0, masked: (frame[1] ?? 0) > 0x7f, text: frame.toString('utf8', start) };
}

const texts = {
  empty: '',
  short: 'a'.repeat(125),
  'just long': 'a'.repeat(126),
  'at the limit': 'a'.repeat(0xffff),
  'not of ASCII': '👋 Grüße'.repeat(20),
};

test.each(Object.entries(texts))('a text that is %s is one whole frame without a mask', (_, text) => {
  const frame = textFrame(text);
  expect(frame && read(frame)).toEqual({ first: 0x81, masked: false, text });
});

test('longer texts are not copied', () => {
  expect(textFrame('a'.repeat(0x10000))).toBeUndefined();
});
