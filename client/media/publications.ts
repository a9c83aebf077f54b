import {
  kindOfSource,
  type LayersWanted,
  type MediaSource,
  type Producer,
  type ProducerId,
  RefusalError,
} from '@parley/protocol';
import type { SendRequest } from '../connection/connection.ts';
import type { SentMedia, SoundOptions } from '../types.ts';
import { LayerLimits, type Reduction } from './layer-limits.ts';
import type { Publisher } from './link.ts';
import { Publication } from './publication.ts';

/** All that one sends, at most one publication per source. */
export class Publications {
  readonly #request: SendRequest;
  readonly #changed: () => void;
  readonly #all = new Map<MediaSource, Publication>();
  readonly #limits: LayerLimits;
  #link: Publisher | undefined;

  constructor(request: SendRequest, changed: () => void) {
    this.#request = request;
    this.#changed = changed;
    this.#limits = new LayerLimits(request, id => this.#sender(id));
  }

  /** What is or will be sent. */
  *sent(): Iterable<readonly [MediaSource, SentMedia]> {
    for (const [source, { wanted }] of this.#all) if (wanted) yield [source, wanted];
  }

  /** @throws RefusalError */
  async publish(source: MediaSource, track: MediaStreamTrack, sound: SoundOptions = {}): Promise<void> {
    if (track.kind !== kindOfSource[source]) {
      throw new RefusalError('bad_request', `A ${track.kind} track cannot be sent as ${source}.`);
    }
    if (track.readyState === 'ended') {
      throw new RefusalError('bad_request', `The ${source} has stopped. Start it again.`);
    }
    const publication = this.#publication(source);
    track.addEventListener('ended', () => {
      if (publication.wanted?.track === track) this.unpublish(source).catch(() => {});
    });
    await publication.want({ track, paused: publication.wanted?.paused ?? false, sound });
  }

  /** @throws RefusalError */
  async unpublish(source: MediaSource): Promise<void> {
    await this.#all.get(source)?.want(undefined);
  }

  /** @throws RefusalError */
  async setPaused(source: MediaSource, paused: boolean): Promise<void> {
    const publication = this.#all.get(source);
    if (!publication?.wanted) throw new RefusalError('not_found', `There is no ${source} being sent.`);
    if (publication.wanted.paused === paused) return;
    await publication.want({ ...publication.wanted, paused });
  }

  /** What the server says of one's own producers: others may have muted them. */
  heed(announced: readonly Producer[]): void {
    for (const { id, source, paused } of announced) this.#all.get(source)?.heed(paused, id);
  }

  /** Somebody else ended what this producer sends. */
  end(producer: ProducerId): void {
    for (const [source, { producerIds }] of this.#all) {
      if (producerIds.includes(producer)) this.unpublish(source).catch(() => {});
    }
  }

  /** The server says what others watch of a picture of one's own. */
  limit(wanted: LayersWanted): void {
    this.#limits.heed(wanted);
  }

  /** Sends no more than this of the camera. It is to be said again for what is sent anew. */
  reduce(reduction: Reduction): void {
    this.#limits.reduce(reduction, this.#all.get('camera')?.producerIds ?? []);
  }

  /** Stops what may not be sent any more. */
  restrict(allowed: readonly MediaSource[]): void {
    for (const [source, { wanted }] of this.#all) {
      if (wanted && !allowed.includes(source)) this.unpublish(source).catch(() => {});
    }
  }

  /** Sends over `link` from now on; without one, waits for the next. */
  attach(link: Publisher | undefined): void {
    this.#link = link;
    for (const publication of this.#all.values()) publication.attach(link);
    this.#limits.attach(link?.generation);
  }

  /** Whether all that is wanted is sent over `link`. */
  areOver(link: Publisher): boolean {
    return [...this.#all.values()].every(publication => publication.isOver(link));
  }

  /** Removes those of one's own producers from the room's state that nothing here stands for. */
  async sweep(announced: readonly Producer[]): Promise<void> {
    const known = new Set([...this.#all.values()].flatMap(({ producerIds }) => producerIds));
    const strays = announced.filter(({ id }) => !known.has(id));
    // Whatever fails here is swept next time.
    await Promise.allSettled(
      strays.map(({ id: producerId, generation }) => this.#request('unpublish', { producerId, generation })),
    );
  }

  /** Gives everything up; whoever waits gets `error`. */
  cancel(error: RefusalError): void {
    this.#link = undefined;
    for (const publication of this.#all.values()) publication.cancel(error);
    this.#all.clear();
    this.#limits.clear();
  }

  #sender(id: ProducerId): RTCRtpSender | undefined {
    for (const publication of this.#all.values()) {
      const sender = publication.sender(id);
      if (sender) return sender;
    }
    return undefined;
  }

  #publication(source: MediaSource): Publication {
    const known = this.#all.get(source);
    if (known) return known;
    const made = new Publication(source, this.#request, this.#changed);
    this.#all.set(source, made);
    made.attach(this.#link);
    return made;
  }
}
