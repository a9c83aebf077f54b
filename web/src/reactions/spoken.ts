import type { ReactionName } from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';

/** So many are named; of more only the number is said. */
const maxNamed = 3;

/** What a screen reader says of reactions that came in a short time. */
export function spokenReactions(
  came: readonly { name: string; reaction: ReactionName }[],
  t: Translate<'reactions'>,
): string {
  if (came.length > maxNamed) return t('many', { count: came.length });
  return came.map(({ name, reaction }) => t('reacted', { name, reaction: t(`name.${reaction}`) })).join(' ');
}
