import { describe, expect, it } from 'vitest';
import { ariaKey, shortcutIds, shortcutKeys, shortcutOf } from './keys.ts';

const plain = { code: '', ctrlKey: false, altKey: false, metaKey: false };

describe('shortcutOf', () => {
  it('knows every key', () => {
    for (const id of shortcutIds) expect(shortcutOf({ ...plain, key: shortcutKeys[id] })).toBe(id);
    expect(new Set(Object.values(shortcutKeys)).size).toBe(shortcutIds.length);
  });

  it.each([
    ['M', 'KeyM', 'microphone'],
    ['PageDown', 'PageDown', 'nextPage'],
    // On an Arabic and on a Cyrillic keyboard.
    ['ة', 'KeyM', 'microphone'],
    ['м', 'KeyV', 'camera'],
    // On a French keyboard, where M stands elsewhere.
    ['m', 'Semicolon', 'microphone'],
    [',', 'KeyM', undefined],
    ['Dead', 'BracketLeft', undefined],
  ])('takes %s of %s for %s', (key, code, id) => expect(shortcutOf({ ...plain, key, code })).toBe(id));

  it('passes over what a browser fills in, which has no key', () => {
    const { key: _, ...filled } = { ...plain, key: 'm' };
    expect(shortcutOf(filled as Parameters<typeof shortcutOf>[0])).toBeUndefined();
  });

  it.each(['ctrlKey', 'altKey', 'metaKey'])('leaves what is pressed with %s to the browser', modifier => {
    expect(shortcutOf({ ...plain, key: 'm', [modifier]: true })).toBeUndefined();
  });
});

it('names keys as assistive technology does', () => {
  expect(['talk', 'microphone', 'nextPage', 'sheet'].map(id => ariaKey(id as 'talk'))).toEqual([
    'Space',
    'M',
    'PageDown',
    '?',
  ]);
});
