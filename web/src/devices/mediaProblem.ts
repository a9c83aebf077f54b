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

const names = { microphone: 'microphone', camera: 'camera' } as const;

/** A short title and what a person can do about it. */
export function explainProblem(
  kind: keyof typeof names,
  problem: MediaProblem,
): { title: string; advice: string } {
  const device = names[kind];
  switch (problem) {
    case 'denied':
      return {
        title: `Your ${device} is blocked`,
        advice: `Allow the ${device} for this site in your browser's address bar, then turn it on again.`,
      };
    case 'missing':
      return {
        title: `No ${device} found`,
        advice: 'Plug one in, then turn it on here.',
      };
    case 'busy':
      return {
        title: `Your ${device} cannot be started`,
        advice: 'Another program may be using it. Close that, then turn it on again.',
      };
    case 'unsupported':
      return {
        title: `This page cannot use your ${device}`,
        advice: 'Browsers allow that on https:// addresses and localhost only.',
      };
    case 'failed':
      return {
        title: `Your ${device} did not start`,
        advice: 'Turn it on again, or choose another one.',
      };
  }
}
