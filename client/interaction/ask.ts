import type { Ask, MediaSource, Rights } from '@parley/protocol';
import type { SentMedia } from '../types.ts';

/** What is left of an ask: sources that one may send and does not yet. The very same object if that is all of it, undefined if nothing. */
export function unanswered(
  ask: Ask | undefined,
  self: { rights: Rights; media: Partial<Record<MediaSource, SentMedia>> } | undefined,
): Ask | undefined {
  if (!ask || !self) return undefined;
  const sources = ask.sources.filter(
    source => self.rights.publish.includes(source) && self.media[source]?.paused !== false,
  );
  if (sources.length === ask.sources.length) return ask;
  return sources.length > 0 ? { ...ask, sources } : undefined;
}
