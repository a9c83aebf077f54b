/** Why a camera, microphone or screen cannot be had. */
export type MediaProblem = 'denied' | 'missing' | 'busy' | 'unsupported' | 'failed';

/** Reads the error of `getUserMedia` or `getDisplayMedia` (https://www.w3.org/TR/mediacapture-streams/#methods-5). */
export function problemOf(error: unknown): MediaProblem {
  switch (error instanceof Error ? error.name : undefined) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
    case 'DevicesNotFoundError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'NotSupportedError':
    case 'InsecureContextError':
      return 'unsupported';
    default:
      return 'failed';
  }
}
