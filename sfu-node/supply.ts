import { type MediaSource, type ProducerId, RefusalError, type RemoteProducer } from '@parley/protocol';
import { errors, type types } from 'mediasoup';
import type { Stage } from './participant.ts';
import type { Published } from './pipes.ts';
import type { RoomRouter } from './room-router.ts';
import { Valve } from './valve.ts';

/** What somebody sends, as it is to be had on one router, until it is released. */
export interface Supply {
  /** The producer on that router. */
  readonly producer: types.Producer;
  readonly source: MediaSource;
  /** Whether what is sent is gone, as far as that is known here. */
  readonly gone: boolean;
  /** Whether it went from here though it may still be sent, so that who watched has to come anew. */
  readonly forgotten: boolean;
  /** Says how much of a picture a consumer watches. */
  readonly wish: Wish;
  release(): void;
}

/**
 * So many layers, from the smallest on, is a consumer to be sent at most; `undefined` once it is closed. Resolves when who sends knows, or
 * could not be told.
 */
export type Wish = (consumer: object, layers: number | undefined) => Promise<void> | undefined;

/**
 * Has a producer on the router `home`: it is there, or comes over a pipe from another router or another SFU. A microphone comes over a pipe
 * in any case where only the loudest are heard.
 *
 * @throws RefusalError `not_found` or `unavailable`, or Error of mediasoup if a worker goes.
 */
export async function supply(
  stage: Stage,
  home: RoomRouter,
  producerId: ProducerId,
  remote: RemoteProducer | undefined,
): Promise<Supply> {
  const published = stage.producers.get(producerId);
  if (!published && remote) return fromElsewhere(stage, home, remote);
  if (!published || published.producer.closed) throw producerGone(producerId);
  const { source } = published;
  const isGone = () => published.producer.closed;
  const wish: Wish = (consumer, layers) => {
    stage.demand.wish(producerId, consumer, layers);
    return undefined;
  };
  const guard = guardOf(stage, published);
  if (published.home === home && !guard) return asSupply(published.producer, source, wish, isGone, () => {});
  const pipe = await stage.pipes.use(published, home, guard).catch(error => {
    if (published.producer.closed || error instanceof errors.WorkerClosedError) throw error;
    const message = 'This track cannot be brought to you right now. Try again in a few seconds.';
    throw new RefusalError('unavailable', message, { cause: error });
  });
  return asSupply(pipe.value.producer, source, wish, isGone, () => pipe.release());
}

function guardOf({ gate }: Stage, { source, participant }: Published) {
  if (!gate || source !== 'microphone') return undefined;
  return (consumer: types.Consumer) => gate.guard(participant, new Valve(consumer), consumer);
}

async function fromElsewhere(stage: Stage, home: RoomRouter, remote: RemoteProducer): Promise<Supply> {
  const { value: copy, release } = await stage.incoming.use(remote, home);
  const isForgotten = () => copy.forgotten;
  return asSupply(copy.producer, remote.source, copy.wish, () => copy.isClosed(), release, isForgotten);
}

function asSupply(
  producer: types.Producer,
  source: MediaSource,
  wish: Wish,
  isGone: () => boolean,
  release: () => void,
  isForgotten: () => boolean = () => false,
): Supply {
  return {
    producer,
    source,
    wish,
    release,
    get gone() {
      return isGone();
    },
    get forgotten() {
      return isForgotten();
    },
  };
}

export function producerGone(id: ProducerId): RefusalError {
  return new RefusalError('not_found', `There is no producer ${id} in this room.`);
}
