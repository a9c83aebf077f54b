import type * as CallCode from '../call/index.ts';

export type { CallCode };

let fetched: Promise<typeof CallCode> | undefined;

/**
 * The call's code, which is many times the green room's: fetched once, when somebody joins or seems to be about to. A failure is
 * forgotten, so that the next attempt fetches again.
 */
export function fetchCallCode(): Promise<typeof CallCode> {
  fetched ??= import('../call/index.ts').catch(error => {
    fetched = undefined;
    throw error;
  });
  return fetched;
}
