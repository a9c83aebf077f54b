/** What a Parley serves as `/embed.js`: a script that came from it embeds its meetings, unless told otherwise. */
import { type EmbedOptions, embed as embedOf, type Meeting } from './index.ts';

export { EmbedError, type Meeting } from './index.ts';

export function embed(
  element: Element,
  options: Omit<EmbedOptions, 'url'> & { url?: string },
): Promise<Meeting> {
  return embedOf(element, { url: new URL(import.meta.url).origin, ...options });
}
