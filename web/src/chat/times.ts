/** When something was written, as it is said in a language (BCP 47). */
export function clockTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(at);
}

const dayMs = 86_400_000;

/** Which day it was: today, yesterday, or its name and date. */
export function dayName(at: number, now: number, language: string): string {
  const [midnight, today] = [at, now].map(time => new Date(time).setHours(0, 0, 0, 0)) as [number, number];
  // A day of the change to or from summer time is an hour longer or shorter.
  const days = Math.round((midnight - today) / dayMs);
  if (days === 0 || days === -1) {
    return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
  }
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
}
