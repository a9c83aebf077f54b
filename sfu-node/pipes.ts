import type { MediaSource, ParticipantId } from '@parley/protocol';
import type { types } from 'mediasoup';
import type { RoomRouter } from './room-router.ts';
import { type Lease, type Shareable, SharedMap } from './shared-map.ts';

/** A producer, what it shows or sounds like, and the router of the room that it is on. */
export interface Published {
  readonly producer: types.Producer;
  readonly participant: ParticipantId;
  readonly source: MediaSource;
  readonly home: RoomRouter;
}

/** The way between two routers of a room, which may be the same one: the end on each. */
interface Link extends Shareable {
  readonly ends: readonly [near: PipeEnd, far: PipeEnd];
}

interface PipeEnd {
  readonly router: RoomRouter;
  readonly transport: types.PipeTransport;
}

/** Is given the consumer that feeds a pipe, before anybody receives anything of it. */
type Guard = (consumer: types.Consumer) => void;

/** Is given a producer that was made for a pipe. */
export type Closing = (copy: types.Producer) => void;

/** A producer that sends on one router what another sends on its own. */
interface Pipe extends Shareable {
  readonly producer: types.Producer;
}

/**
 * Bytes of the sockets between two workers: key frames of many publishers come at once. The kernel may allow less
 * (`net.core.rmem_max`); what is dropped then is sent again.
 */
const socketBufferSize = 4 * 1024 * 1024;

/**
 * The pipes between the routers of one room, inside this process: made when somebody on another router first wants a
 * producer, one per producer and router, over one pair of transports per pair of routers, and gone with their last use.
 *
 * mediasoup's own `pipeToRouter` remembers for good that a pair could not be made, leaves half of such a pair behind, and
 * lets a pause that meets a dead worker end this process.
 */
export class Pipes {
  readonly #links = new SharedMap<string, Link>();
  readonly #pipes = new SharedMap<string, Pipe>();
  readonly #closing: Closing;

  /** @param closing is told of a producer on another router before it is closed. */
  constructor(closing: Closing) {
    this.#closing = closing;
  }

  /** How many there are, those in the making included. */
  get size(): number {
    return this.#pipes.size;
  }

  /**
   * What `published` sends, on the router `to`, until it is released. That may be its own router, where something decides for all there whether
   * it is sent on. @throws Error of mediasoup if either router goes.
   */
  use(
    { producer, home }: Pick<Published, 'producer' | 'home'>,
    to: RoomRouter,
    guard?: Guard,
  ): Promise<Lease<Pipe>> {
    return this.#pipes.use(`${producer.id} ${to.id}`, () => this.#lay(producer, home, to, guard));
  }

  async #lay(
    producer: types.Producer,
    home: RoomRouter,
    to: RoomRouter,
    guard: Guard | undefined,
  ): Promise<Pipe> {
    const pair = [home.id, to.id].sort().join(' ');
    const link = await this.#links.use(pair, () => openLink(home, to));
    try {
      const [one, other] = link.value.ends;
      const [near, far] = one.router === home ? [one, other] : [other, one];
      return await forward(producer, near.transport, far.transport, guard, {
        closing: this.#closing,
        closed: () => link.release(),
      });
    } catch (error) {
      link.release();
      throw error;
    }
  }
}

async function openLink(one: RoomRouter, other: RoomRouter): Promise<Link> {
  const [near, far] = await bothOrNone([openEnd(one), openEnd(other)]);
  const close = () => {
    near.close();
    far.close();
  };
  try {
    await Promise.all([joinTo(near, far), joinTo(far, near)]);
  } catch (error) {
    close();
    throw error;
  }
  near.observer.once('close', close);
  far.observer.once('close', close);
  const ends = [
    { router: one, transport: near },
    { router: other, transport: far },
  ] as const;
  return { ends, close, isClosed: () => near.closed || far.closed };
}

async function openEnd(router: RoomRouter): Promise<types.PipeTransport> {
  const sendBufferSize = socketBufferSize;
  const recvBufferSize = socketBufferSize;
  return (await router.made).createPipeTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1', sendBufferSize, recvBufferSize },
    enableSctp: false,
    enableRtx: true,
  });
}

async function bothOrNone<T extends { close(): void }>(opening: [Promise<T>, Promise<T>]): Promise<[T, T]> {
  try {
    return await Promise.all(opening);
  } catch (error) {
    for (const one of opening) one.then(opened => opened.close()).catch(() => {});
    throw error;
  }
}

async function joinTo(end: types.PipeTransport, other: types.PipeTransport): Promise<void> {
  const { localAddress: ip, localPort: port } = other.tuple;
  await end.connect({ ip, port });
}

/** Has `producer`, which is on the router of `near`, on that of `far` as well. Either side takes the other along when it closes. */
async function forward(
  producer: types.Producer,
  near: types.PipeTransport,
  far: types.PipeTransport,
  guard: Guard | undefined,
  { closing, closed }: { closing: Closing; closed: () => void },
): Promise<Pipe> {
  const consumer = await near.consume({ producerId: producer.id });
  guard?.(consumer);
  const { kind, rtpParameters } = consumer;
  const copy = await far.produce({ kind, rtpParameters, paused: producer.paused }).catch(error => {
    consumer.close();
    throw error;
  });
  // Commands reach a worker in order, so the last one stands; one that meets a closed worker has nothing left to do.
  const follow = () => void (producer.paused ? copy.pause() : copy.resume()).catch(() => {});
  const close = () => {
    producer.observer.off('pause', follow);
    producer.observer.off('resume', follow);
    consumer.close();
    if (!copy.closed) closing(copy);
    copy.close();
  };
  consumer.observer.once('close', close);
  copy.observer.once('close', () => {
    close();
    closed();
  });
  producer.observer.on('pause', follow);
  producer.observer.on('resume', follow);
  follow();
  if (producer.closed || consumer.closed) close();
  return { producer: copy, close, isClosed: () => copy.closed };
}
