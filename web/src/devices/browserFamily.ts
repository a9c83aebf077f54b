/** Browsers in which devices are allowed in different places. */
export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'android' | 'ios' | 'other';

/** Reads `navigator.userAgent`. On iOS and Android the way leads through the same places in all browsers. */
export function browserFamily(userAgent: string, touchPoints = 0): BrowserFamily {
  // iPads say that they are Macs.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'ios';
  if (/Android/.test(userAgent)) return 'android';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Chrome\//.test(userAgent)) return 'chromium';
  if (/Safari\//.test(userAgent)) return 'safari';
  return 'other';
}
