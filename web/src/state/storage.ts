/** Browser storage that may be forbidden or full: reading then gives nothing, writing does nothing. */
export function readStored(storage: 'local' | 'session', key: string): string | undefined {
  try {
    return area(storage).getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeStored(storage: 'local' | 'session', key: string, value: string): void {
  try {
    area(storage).setItem(key, value);
  } catch {
    // Remembering is a convenience.
  }
}

function area(storage: 'local' | 'session'): Storage {
  return storage === 'local' ? window.localStorage : window.sessionStorage;
}
