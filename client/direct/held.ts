import type { MediaGeneration, MediaLossId, MediaSource, Participant, Producer } from '@parley/protocol';

/** For how long the other is given to publish anew what the SFU lost, in ms. */
export const holdMs = 15_000;

/** What another sends, as the room's state had it last. */
export interface Held {
  readonly generation: MediaGeneration;
  readonly loss: MediaLossId | undefined;
  readonly producers: readonly Producer[];
  /** What the SFU lost and they still send directly, until they have published it anew. */
  readonly kept: readonly Producer[];
  /** When that is given up, in ms. */
  readonly until: number;
}

/**
 * What is known of another's producers now. Those that went with the media of an SFU are no less sent directly, unlike those that they, or a
 * moderator, ended.
 */
export function hold(
  before: Held | undefined,
  generation: MediaGeneration,
  { producers, loss }: Pick<Participant, 'producers' | 'loss'>,
  now: number,
): Held {
  const wasLost = before !== undefined && (before.generation !== generation || before.loss !== loss);
  const kept = before && now < before.until ? before.kept : [];
  const known = [...(before?.producers ?? []), ...kept];
  // Who loses something again and again is not given more time: nobody can mute what is not published.
  const until = wasLost && kept.length === 0 ? now + holdMs : (before?.until ?? 0);
  const there = new Set<MediaSource>(producers.map(({ source }) => source));
  const missing = (wasLost ? known : kept).filter(({ source }) => !there.has(source));
  return { generation, loss, producers, kept: now < until ? oncePerSource(missing) : [], until };
}

function oncePerSource(producers: readonly Producer[]): Producer[] {
  return [...new Map(producers.map(producer => [producer.source, producer])).values()];
}
