import { randomUUID } from 'node:crypto';
import {
  type ControlResponse,
  type LayersWantedOf,
  PipeId,
  type ProducerId,
  RefusalError,
  type RemoteProducer,
  type RoomUid,
} from '@parley/protocol';
import type { types } from 'mediasoup';
import type { Closing } from '../pipes.ts';
import type { RoomRouter } from '../room-router.ts';
import { type Lease, type Shareable, SharedMap } from '../shared-map.ts';
import type { Wish } from '../supply.ts';
import { Batch } from './batch.ts';
import { describeEnd, openEnd } from './link-end.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import { PipeLayers, UnsaidLayers } from './pipe-layers.ts';

type Opened = ControlResponse<'openPipes'>['opened'][number];
type Link = ControlResponse<'openPipes'>['links'][number];
type Wanted = { pipe: PipeId; producerId: ProducerId; layers: number };

/** The near end of the way from a router of another SFU. */
interface InLink extends Shareable {
  readonly end: types.PipeTransport;
}

/** What a producer on another SFU sends, on a router of this one. */
export interface Copy extends Shareable {
  readonly producer: types.Producer;
  /** Whether it went though what it copies may live on. */
  readonly forgotten: boolean;
  readonly wish: Wish;
}

export interface IncomingPipesOptions {
  peers: Peers;
  /** Where this SFU reaches others. */
  ip: string;
}

/**
 * The pipes from other SFUs to the routers of one room: made when somebody on a router first wants a producer, one per
 * producer and router, and gone with their last use; over one pair of transports per pair of routers, which goes a little later.
 */
export class IncomingPipes {
  readonly #room: RoomUid;
  readonly #options: IncomingPipesOptions;
  readonly #closing: Closing;
  readonly #copies = new SharedMap<string, Copy>();
  readonly #links = new SharedMap<string, InLink>();
  readonly #asking = new Map<string, Batch<Wanted, Answer>>();
  readonly #unsaid = new WeakMap<Peer, UnsaidLayers>();
  readonly #wanted = new Map<ProducerId, LayersWantedOf>();

  /** @param closing is told of a producer on a router here before it is closed. */
  constructor(room: RoomUid, options: IncomingPipesOptions, closing: Closing) {
    this.#room = room;
    this.#options = options;
    this.#closing = closing;
  }

  /** How many there are, those in the making included. */
  get size(): number {
    return this.#copies.size;
  }

  /** What other SFUs said of what is watched there; that it is taken counts as saying it. */
  takeWanted(): LayersWantedOf[] {
    const news = [...this.#wanted.values()];
    this.#wanted.clear();
    return news;
  }

  /** What a producer of another SFU sends, on the router `to`, until it is released. @throws RefusalError, or Error of mediasoup if the router goes. */
  use(remote: RemoteProducer, to: RoomRouter): Promise<Lease<Copy>> {
    const key = `${remote.producerId} ${remote.generation} ${to.id}`;
    return this.#copies.use(key, () => this.#lay(remote, to));
  }

  async #lay(remote: RemoteProducer, to: RoomRouter): Promise<Copy> {
    const { peer, release } = await this.#options.peers.use(remote.sfu);
    const pipe = PipeId.parse(randomUUID());
    const fate: Fate = { ended: false, forgotten: false, close: () => {} };
    peer.expect(pipe, forgotten => {
      fate.ended = true;
      fate.forgotten = forgotten;
      fate.close();
    });
    let way: Lease<InLink> | undefined;
    const end = async () => {
      await peer.closePipe(pipe);
      release();
      setTimeout(() => way?.release(), linkLingerMs).unref();
    };
    try {
      const { opened, link } = await this.#ask(peer, remote, to, pipe);
      way = await this.#links.use(link.link, () => this.#openLink(peer, link, to));
      const producer = await way.value.end.produce(opened);
      fate.close = () => {
        if (!producer.closed) this.#closing(producer);
        producer.close();
      };
      if (fate.ended) producer.close();
      if (producer.closed) throw producerGone(remote);
      const unsaid = this.#layersOf(peer);
      producer.observer.once('close', () => {
        unsaid.forget(pipe);
        void end();
      });
      const layers = new PipeLayers(1, most => unsaid.set(pipe, most));
      return {
        producer,
        wish: (...wish) => (producer.closed || producer.kind === 'audio' ? undefined : layers.wish(...wish)),
        close: fate.close,
        isClosed: () => producer.closed,
        get forgotten() {
          return fate.forgotten;
        },
      };
    } catch (error) {
      void end();
      throw error;
    }
  }

  /** Has the other SFU send a producer: all that a router wants of it at the same time with one call. */
  async #ask(peer: Peer, remote: RemoteProducer, to: RoomRouter, pipe: PipeId): Promise<Answer> {
    const { producerId, generation } = remote;
    const key = `${peer.instance} ${generation} ${to.id}`;
    const batch =
      this.#asking.get(key) ??
      new Batch<Wanted, Answer>(batchSize, pipes => {
        this.#asking.delete(key);
        return this.#openPipes(peer, { generation, router: to.id, pipes });
      });
    this.#asking.set(key, batch);
    return batch.ask({ pipe, producerId, layers: 1 }).catch(error => {
      const gone =
        error instanceof RefusalError && (error.code === 'media_lost' || error.code === 'not_found');
      throw gone ? producerGone(remote) : unavailable(error);
    });
  }

  /** What is to be said to a peer of the layers that are watched. */
  #layersOf(peer: Peer): UnsaidLayers {
    const known = this.#unsaid.get(peer);
    if (known) return known;
    const unsaid = new UnsaidLayers(peer, async pipes => {
      for (const news of (await peer.setPipeLayers(this.#room, pipes)).wanted) {
        this.#wanted.set(news.producerId, news);
      }
    });
    this.#unsaid.set(peer, unsaid);
    return unsaid;
  }

  async #openPipes(peer: Peer, wanted: Parameters<Peer['openPipes']>[1]): Promise<(asked: Wanted) => Answer> {
    const answer = await peer.openPipes(this.#room, wanted);
    for (const { pipe } of answer.opened) peer.sent(pipe);
    for (const news of answer.wanted) this.#wanted.set(news.producerId, news);
    return ({ pipe }) => {
      const opened = answer.opened.find(one => one.pipe === pipe);
      const link = answer.links.find(one => one.link === opened?.link);
      if (opened && link) return { opened, link };
      const refused = answer.refused.find(one => one.pipe === pipe);
      throw refused ? RefusalError.fromJson(refused.error) : unavailable();
    };
  }

  async #openLink(peer: Peer, { link, ...far }: Link, to: RoomRouter): Promise<InLink> {
    const end = await openEnd(to, this.#options.ip);
    try {
      // First this end: what comes before it is connected is lost, and with it the count by which all after it is decrypted.
      await end.connect(far);
      await peer.connectLink(this.#room, link, describeEnd(end)).catch(error => {
        throw unavailable(error);
      });
    } catch (error) {
      end.close();
      throw error;
    }
    return { end, isClosed: () => end.closed, close: () => end.close() };
  }
}

const batchSize = 64;

/**
 * How long a link is kept after the other SFU was told that its last pipe is not wanted, in ms: until what was asked for before, and is sent
 * over that link therefore, is answered. An end that is gone cannot be made anew.
 */
const linkLingerMs = 5_000;

interface Answer {
  opened: Opened;
  link: Link;
}

/** What becomes of a copy. */
interface Fate {
  ended: boolean;
  forgotten: boolean;
  close: () => void;
}

const producerGone = ({ producerId }: RemoteProducer) =>
  new RefusalError('not_found', `There is no producer ${producerId} in this room.`);

const unavailable = (cause?: unknown) =>
  new RefusalError(
    'unavailable',
    'This track cannot be brought from another media server right now. Try again in a few seconds.',
    { cause },
  );
