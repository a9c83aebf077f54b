import type { types } from 'mediasoup';
import type { Participant } from './participant.ts';
import { receivedScore, sentScore } from './quality.ts';

/** By the lowest of mediasoup's scores, which go from 0 to 10; the best first. */
const lowestScores = { good: 8, fair: 5, bad: 0 } as const;
export type Grade = keyof typeof lowestScores;
export const grades = Object.keys(lowestScores) as Grade[];

/** How many there are of things that are told apart by a few words. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(...what: readonly string[]): void {
    const key = what.join(' ');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  of(...what: readonly string[]): number {
    return this.#counts.get(what.join(' ')) ?? 0;
  }
}

/** What the participants of an SFU have. */
export interface Census {
  /** By state and protocol. */
  readonly transports: Tally;
  /** By kind. */
  readonly producers: Tally;
  readonly consumers: Tally;
  /** Those that flow, by direction, kind and grade. Of layers of a picture the best counts; what nobody watches is left out. */
  readonly streams: Tally;
  /** Pictures that are sent, by spatial layer from 0 on. */
  readonly layersSent: Tally;
}

/** Counts all in one look. */
export function takeCensus(participants: Iterable<Participant>): Census {
  const census = {
    transports: new Tally(),
    producers: new Tally(),
    consumers: new Tally(),
    streams: new Tally(),
    layersSent: new Tally(),
  };
  for (const participant of participants) {
    for (const { state, protocol } of participant.transports) census.transports.add(state, protocol);
    for (const { kind } of participant.producers) census.producers.add(kind);
    for (const producer of participant.watchedProducers) {
      const score = sentScore(producer);
      if (score !== undefined) census.streams.add('received', producer.kind, gradeOf(score));
    }
    for (const consumer of participant.consumers) {
      const { kind } = consumer;
      census.consumers.add(kind);
      const score = receivedScore(consumer);
      if (score !== undefined) census.streams.add('sent', kind, gradeOf(score));
      const layer = layerOf(consumer);
      if (layer !== undefined) census.layersSent.add(`${layer}`);
    }
  }
  return census;
}

/** The grade of a score from 0 to 10. */
export function gradeOf(score: number): Grade {
  return grades.find(grade => score >= lowestScores[grade]) ?? 'bad';
}

function layerOf({ kind, paused, producerPaused, type, currentLayers }: types.Consumer): number | undefined {
  if (kind !== 'video' || paused || producerPaused) return undefined;
  // What comes in one layer only has no word for it.
  return type === 'simple' ? 0 : currentLayers?.spatialLayer;
}

/** What `read` gives, once for all who ask in the same turn of the event loop. */
export function onceATurn<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    if (!known) {
      known = { value: read() };
      setImmediate(() => {
        known = undefined;
      });
    }
    return known.value;
  };
}
