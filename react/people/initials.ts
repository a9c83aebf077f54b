/** Up to two letters that stand for a name: of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase() || '?';
}

/** The first letter as people see it, which may be several code points. */
function firstLetter(word: string): string {
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word)) {
    return segment;
  }
  return '';
}

const hues = [168, 205, 255, 290, 330, 12, 35, 90];

/** A colour that stays with a name. Dark enough for white letters. */
export function colourOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return `hsl(${hues[sum % hues.length] ?? 168} 42% 34%)`;
}
