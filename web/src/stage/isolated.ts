/** A name within a sentence, in whatever direction it is written (U+2068 and U+2069 of the Unicode bidirectional algorithm). */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
