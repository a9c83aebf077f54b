/** Messages that say when they were written, so that their readers can tell how long they took. */
const form = /^load test (\d{13}) /;

/** A message of about `length` characters, written at `at` (ms since 1970). */
export function chatText(at: number, words: string, length: number): string {
  const head = `load test ${at} ${words} `;
  return (
    head +
    'lorem ipsum '
      .repeat(Math.ceil(Math.max(0, length - head.length) / 12))
      .slice(0, Math.max(1, length - head.length))
  );
}

/** When a message was written; undefined for those of others. */
export function sentAtOf(text: string): number | undefined {
  const at = form.exec(text)?.[1];
  return at === undefined ? undefined : Number(at);
}
