/** Longest line that is passed on, in characters. */
const longestLine = 500;

/** A line of coturn's log without its clock, and without user names: they are half of a credential and name a person. */
export function cleanLine(line: string): string {
  return line
    .replace(/^(\d+: )?(\([0-9]+\))?:?\s*/, '')
    .replace(/^(INFO|WARNING|ERROR|DEBUG): /, '')
    .replace(/(user(?:name)?)(=| )<[^>]*>/g, '$1$2<…>')
    .slice(0, longestLine)
    .trim();
}

/** Whether coturn complains. Builds differ in whether they say so at the beginning of a line. */
export function isComplaint(line: string): boolean {
  return /\b(ERROR|FATAL|Cannot|cannot|failed|Wrong)\b/.test(line);
}
