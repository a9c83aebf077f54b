import type { LayersWanted, LayersWantedOf, ParticipantId, ProducerId } from '@parley/protocol';
import { parseScalabilityMode, type types } from 'mediasoup';

/** What is watched of one producer, or heard. */
interface Watched {
  readonly participant: ParticipantId;
  readonly kind: types.MediaKind;
  /** How many spatial layers it has; sound has one. */
  readonly layers: number;
  /** How many each consumer is to be sent at most, from the smallest on. */
  readonly wishes: Map<object, number>;
  said: LayersWanted;
}

/**
 * What those in a room watch of what others send there, so that nobody has to send what nobody sees.
 *
 * It counts what people asked for and not what mediasoup carries, as a pipe between two routers takes every layer.
 */
export class Demand {
  readonly #producers = new Map<ProducerId, Watched>();
  /** Of whom something changed since it was last said. */
  readonly #changed = new Set<ProducerId>();
  #revision = 0;

  /** Somebody sends so many spatial layers, and takes it that all are watched until they are told otherwise. */
  add(
    producerId: ProducerId,
    participant: ParticipantId,
    layers: number,
    kind: types.MediaKind = 'video',
  ): void {
    const said = { producerId, layers, revision: ++this.#revision };
    this.#producers.set(producerId, { participant, kind, layers, wishes: new Map(), said });
    this.#changed.add(producerId);
  }

  remove(producerId: ProducerId): void {
    this.#producers.delete(producerId);
    this.#changed.delete(producerId);
  }

  /** A consumer is to be sent so many layers at most; `undefined` once it is closed. */
  wish(producerId: ProducerId, consumer: object, layers: number | undefined): void {
    const watched = this.#producers.get(producerId);
    if (!watched) return;
    if (layers === undefined) watched.wishes.delete(consumer);
    else watched.wishes.set(consumer, layers);
    this.#changed.add(producerId);
  }

  /** Whether somebody watches a producer; those that nothing is known of are taken to be watched. */
  isWatched(producerId: ProducerId): boolean {
    const watched = this.#producers.get(producerId);
    return !watched || watchedLayers(watched) > 0;
  }

  /** Spatial layers of pictures that are sent at most and, of these, that somebody watches. */
  get layers(): { sent: number; watched: number } {
    const all = [...this.#producers.values()].filter(({ kind }) => kind === 'video');
    return {
      sent: all.reduce((sum, { layers }) => sum + layers, 0),
      watched: all.reduce((sum, one) => sum + watchedLayers(one), 0),
    };
  }

  /** What is different from what was said before; that it is taken counts as saying it. */
  take(): LayersWantedOf[] {
    const news: LayersWantedOf[] = [];
    for (const producerId of this.#changed) {
      const watched = this.#producers.get(producerId);
      if (watched && this.#renew(watched)) news.push({ ...watched.said, participant: watched.participant });
    }
    this.#changed.clear();
    return news;
  }

  /** What is watched of all that a participant sends, as it is now. */
  of(participant: ParticipantId): LayersWanted[] {
    const own = [...this.#producers.values()].filter(watched => watched.participant === participant);
    for (const watched of own) this.#renew(watched);
    return own.map(({ said }) => said);
  }

  #renew(watched: Watched): boolean {
    const layers = watchedLayers(watched);
    if (layers === watched.said.layers) return false;
    watched.said = { ...watched.said, layers, revision: ++this.#revision };
    return true;
  }
}

/** Counts what is watched of a producer until it is closed. */
export function countDemand(
  demand: Demand,
  producer: types.Producer,
  id: ProducerId,
  participant: ParticipantId,
): void {
  if (producer.closed) return;
  const encodings = producer.rtpParameters.encodings ?? [];
  const { spatialLayers } = parseScalabilityMode(encodings[0]?.scalabilityMode);
  const layers = Math.min(Math.max(encodings.length, spatialLayers), 8);
  demand.add(id, participant, producer.kind === 'video' ? layers : 1, producer.kind);
  producer.observer.once('close', () => demand.remove(id));
}

/** Sound is measured as well, so that it is left out only where all who would hear it say that they have it otherwise. */
function watchedLayers({ kind, layers, wishes }: Watched): number {
  if (kind === 'audio' && wishes.size === 0) return layers;
  let most = 0;
  for (const wish of wishes.values()) most = Math.max(most, wish);
  return Math.min(most, layers);
}
