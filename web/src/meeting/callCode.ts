import type * as CallCode from '../call/index.ts';
import { loadWords } from '../i18n/i18n.ts';

export type { CallCode };

let fetched: Promise<typeof CallCode> | undefined;

/**
 * The call's code and words, which are many times the green room's: fetched once, when somebody joins or seems to be about to. A failure is
 * forgotten, so that the next attempt fetches again.
 */
export function fetchCallCode(): Promise<typeof CallCode> {
  fetched ??= fetchAll().catch(error => {
    fetched = undefined;
    throw error;
  });
  return fetched;
}

async function fetchAll(): Promise<typeof CallCode> {
  const [code] = await Promise.all([import('../call/index.ts'), loadWords('inCall')]);
  return code;
}
