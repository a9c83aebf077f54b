/** Why a camera, microphone or screen cannot be had. */
export type MediaProblem =
  /** The person said no, now or earlier. */
  | 'denied'
  /** The browser's question was closed without an answer. */
  | 'dismissed'
  /** The system does not let the browser. */
  | 'deniedBySystem'
  /** The page is in a frame of a site that does not let it. */
  | 'deniedByPolicy'
  | 'missing'
  /** Another program has it. */
  | 'busy'
  /** The chosen one cannot do what is asked of it. */
  | 'overconstrained'
  /** Browsers give devices to https:// addresses and localhost only. */
  | 'insecure'
  | 'unsupported'
  | 'failed';

/** Those that end when somebody allows it. */
export const refusedProblems: readonly MediaProblem[] = ['denied', 'dismissed', 'deniedBySystem'];

/**
 * Reads the error of `getUserMedia` or `getDisplayMedia` (https://www.w3.org/TR/mediacapture-streams/#methods-5). Who refused, only
 * Chromium says, and only in the message.
 *
 * @param allowedHere whether the page may ask at all, which a site that frames it decides.
 */
export function problemOf(error: unknown, allowedHere = true): MediaProblem {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      if (!allowedHere) return 'deniedByPolicy';
      if (/by system/i.test(message)) return 'deniedBySystem';
      return /dismissed/i.test(message) ? 'dismissed' : 'denied';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'missing';
    case 'OverconstrainedError':
      return 'overconstrained';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'InsecureContextError':
      return 'insecure';
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'failed';
  }
}
