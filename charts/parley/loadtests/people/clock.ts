/** Resolves after `ms`, at once where that is over. */
export function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.max(0, ms)));
}

/** Resolves at `at`, in ms since 1970. */
export function waitUntil(at: number): Promise<void> {
  return wait(at - Date.now());
}
