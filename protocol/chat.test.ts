import { expect, test } from 'vitest';
import { ChatText, cleanChatText, maxChatBytes, maxChatText } from './chat.ts';
import { maxMarksInARow } from './marks.ts';

const mistakeOf = (text: unknown) => ChatText.safeParse(text).error?.issues[0]?.message;
const marks = (count: number) => '\u0301'.repeat(count);

test('H10 what people write in any language is taken as it is', () => {
  for (const text of [
    'a',
    'Zwei\n\tZeilen',
    'שָׁלוֹם',
    'ที่นี่',
    'བསྒྲུབས',
    '👩‍👩‍👧‍👦🇩🇪❤️',
    '日本語',
    `e${marks(maxMarksInARow)}`,
  ]) {
    expect(ChatText.parse(text)).toBe(text);
    expect(cleanChatText(text)).toBe(text);
  }
  expect(ChatText.parse('  hi \n')).toBe('hi');
});

test('H10 nothing, too much, and what is no text is refused and says why', () => {
  for (const nothing of [undefined, 7, '', ' \n\t ']) expect(mistakeOf(nothing)).toBeDefined();
  expect(mistakeOf('a'.repeat(maxChatText))).toBeUndefined();
  expect(mistakeOf('a'.repeat(maxChatText + 1))).toMatch(/4000 characters/);
  expect(mistakeOf('日'.repeat(Math.floor(maxChatBytes / 3)))).toBeUndefined();
  expect(mistakeOf('日'.repeat(Math.floor(maxChatBytes / 3) + 1))).toMatch(/8192 bytes/);
  for (const bad of ['\0', '\u001b[2J', 'a\rb', '\u0085', '\u007f', '\ud800', '\udc00a']) {
    expect(mistakeOf(`x${bad}x`)).toMatch(/control characters/);
    expect(mistakeOf(cleanChatText(`x${bad}x`))).toBeUndefined();
  }
  expect(mistakeOf(`e${marks(maxMarksInARow + 1)}`)).toMatch(/combining marks/);
});

test('H10 a text that is cleaned is taken and says the same', () => {
  expect(cleanChatText('one\r\ntwo\rthree\0\u0007')).toBe('one\ntwo\nthree');
  expect(cleanChatText(`Z${marks(50)}a${marks(3)}`)).toBe(`Z${marks(maxMarksInARow)}a${marks(3)}`);
});
