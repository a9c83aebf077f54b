import { RefusalError } from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';

/** Refusals that have words of their own; the server's are English. */
const known = ['forbidden', 'not_found', 'conflict', 'rate_limited', 'unavailable', 'too_large'] as const;

/** Why the server refused something that somebody wanted, and what to do. */
export function refusalWords(error: unknown, t: Translate<'moderation'>): string {
  if (!(error instanceof RefusalError)) return t('refused.other');
  const code = known.find(one => one === error.code);
  if (code) return t(`refused.${code}`);
  return error.retry === 'no' ? t('refused.because', { reason: error.message }) : t('refused.unavailable');
}
