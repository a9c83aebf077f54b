/** Tells people something. Standard output is left to the job that follows, which may print data. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A duration as people read it. */
export function inWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
