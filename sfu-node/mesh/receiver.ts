import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  AcquaintanceId,
  type LinkEnd,
  LinkId,
  type MediaGeneration,
  type PipeId,
  type ProducerId,
  RefusalError,
  type RoomUid,
} from '@parley/protocol';
import type { types } from 'mediasoup';
import type { Limits } from '../limits.ts';
import { refusalOf } from '../media-errors.ts';
import { OnceMap } from '../once-map.ts';
import type { Room } from '../room.ts';
import type { RoomRouter } from '../room-router.ts';
import { type Shareable, SharedMap } from '../shared-map.ts';
import { Valve } from '../valve.ts';
import { describeEnd, openEnd } from './link-end.ts';

/** The near end of the way to a router of another SFU. */
interface OutLink extends Shareable {
  readonly id: LinkId;
  readonly end: types.PipeTransport;
  /** Where the far end is, once that is known. */
  far?: { end: LinkEnd; connected: Promise<void> };
}

/** What is sent over a link. */
export interface OutPipe {
  readonly link: OutLink;
  readonly consumer: types.Consumer;
  readonly valve: Valve;
  /** Says how many layers are watched at most at the far end. */
  wish(layers: number): void;
}

interface Wanted {
  router: string;
  producerId: ProducerId;
  layers: number;
}

/** What goes through a pipe, and to which router. */
interface PipeContent {
  room: RoomUid;
  generation: MediaGeneration;
  router: string;
  producerId: ProducerId;
}

/** Another SFU that this one sends producers to, and all that it is sent. */
export class Receiver {
  readonly acquaintance = AcquaintanceId.parse(randomUUID());
  readonly #ip: string;
  readonly #limits: Limits;
  readonly #links = new SharedMap<string, OutLink>();
  readonly #linkById = new Map<LinkId, OutLink>();
  readonly #pipes = new OnceMap<PipeId, PipeContent, OutPipe>(
    'There is another pipe under this id. Choose another id.',
  );
  #revision = 0;
  #heardAtMs = performance.now();
  #paused = false;
  #closed = false;

  /** @param ip where this SFU reaches others. */
  constructor(ip: string, limits: Limits) {
    this.#ip = ip;
    this.#limits = limits;
  }

  /** Another one whenever pipes came or went. */
  get revision(): number {
    return this.#revision;
  }

  /** When it was last heard of, on the clock of `performance.now()`. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get pipes(): PipeId[] {
    return [...this.#pipes.keys()];
  }

  /** It said something: it is sent everything from now on. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#setPaused(false);
  }

  /** It is sent nothing until it is heard of. */
  pause(): void {
    this.#setPaused(true);
  }

  /** Sends a producer of `room` to the router of that id. @throws RefusalError `not_found`, `conflict` or `unavailable` */
  async openPipe(id: PipeId, room: Room, { layers, router, producerId }: Wanted): Promise<OutPipe> {
    const content = { router, producerId, room: room.uid, generation: room.generation };
    return this.#pipes.open(id, content, async () => {
      if (this.#pipes.size >= this.#limits.pipesPerSfu) {
        const message = `This SFU sends at most ${this.#limits.pipesPerSfu} tracks to another one.`;
        throw new RefusalError('unavailable', message);
      }
      return this.#lay(id, room, content, layers).catch(error => {
        throw refusalOf(error, 'pipes');
      });
    });
  }

  /** @throws RefusalError `not_found`, or `conflict` if its far end is elsewhere. */
  async connect(id: LinkId, far: LinkEnd): Promise<void> {
    const link = this.#linkById.get(id);
    if (!link) throw new RefusalError('not_found', `There is no link ${id}. Open pipes first.`);
    link.far ??= { end: far, connected: link.end.connect(far) };
    if (!isDeepStrictEqual(link.far.end, far)) {
      throw new RefusalError('conflict', 'This link is connected to another end.');
    }
    await link.far.connected.catch(error => {
      throw refusalOf(error, 'link');
    });
  }

  async setLayers(id: PipeId, layers: number): Promise<void> {
    const pipe = await this.#pipes.settled(id);
    if (pipe && !pipe.consumer.closed) pipe.wish(layers);
  }

  async closePipe(id: PipeId): Promise<void> {
    (await this.#pipes.settled(id))?.consumer.close();
  }

  /** It is sent nothing any more. */
  close(): void {
    this.#closed = true;
    for (const { consumer } of this.#pipes.values()) consumer.close();
    for (const link of this.#linkById.values()) link.close();
  }

  async #lay(id: PipeId, room: Room, { router, producerId }: PipeContent, layers: number): Promise<OutPipe> {
    const published = await room.published(producerId);
    if (!published) throw new RefusalError('not_found', `There is no producer ${producerId} in this room.`);
    const { home, producer, participant, source } = published;
    const link = await this.#links.use(`${router} ${home.id}`, () => this.#openLink(home));
    const consumer = await link.value.end.consume({ producerId: producer.id }).catch(error => {
      link.release();
      throw error;
    });
    const counted = { consumer };
    home.sentOn.add(counted);
    const wish = (watched: number | undefined) => room.demand.wish(producerId, counted, watched);
    wish(layers);
    this.#revision++;
    const gone = () => {
      this.#revision++;
      this.#pipes.delete(id);
      home.sentOn.delete(counted);
      wish(undefined);
      link.release();
    };
    if (consumer.closed) gone();
    else consumer.observer.once('close', gone);
    if (this.#closed || producer.closed) consumer.close();
    if (consumer.closed) {
      throw new RefusalError('not_found', `There is no producer ${producerId} in this room.`);
    }
    const valve = new Valve(consumer);
    valve.set('silent SFU', this.#paused);
    if (source === 'microphone') room.gate?.guard(participant, valve, consumer);
    return { link: link.value, consumer, valve, wish };
  }

  async #openLink(home: RoomRouter): Promise<OutLink> {
    const end = await openEnd(home, this.#ip);
    const id = LinkId.parse(randomUUID());
    const link: OutLink = { id, end, isClosed: () => end.closed, close: () => end.close() };
    this.#linkById.set(id, link);
    end.observer.once('close', () => this.#linkById.delete(id));
    if (end.closed) this.#linkById.delete(id);
    return link;
  }

  #setPaused(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    for (const { valve } of this.#pipes.values()) valve.set('silent SFU', paused);
  }
}

export const describeLink = ({ id, end }: OutPipe['link']) => ({ link: id, ...describeEnd(end) });
