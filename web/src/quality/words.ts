import type { QualityOf } from '@parley/client';
import type { Translate } from '../i18n/i18n.ts';

/** How well somebody is seen and heard, and why no better, in words. */
export function badgeWords({ level, reason }: QualityOf, t: Translate<'quality'>): string | undefined {
  if (level === 'good') return undefined;
  if (!reason) return t(`badge.${level}`);
  return t(level === 'fair' ? 'badge.fairBecause' : 'badge.poorBecause', { reason: t(`badge.${reason}`) });
}
