import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';
import type { types } from 'mediasoup';
import { receivedScore, sentScore } from './quality.ts';
import type { Rooms } from './rooms.ts';
import type { StreamCount } from './stream-figures.ts';
import type { StreamDirection, StreamSink } from './stream-meter.ts';

const directions = ['sent', 'received'] as const satisfies readonly StreamDirection[];
const kinds = ['audio', 'video'] as const satisfies readonly types.MediaKind[];
/** By the lowest score of mediasoup, which gives 0 to 10. */
const grades = { good: 8, fair: 5, bad: 0 } as const;
type Grade = keyof typeof grades;

/** Those of which there always is a figure. */
const usualLayers = 3;

const perKind = {
  packets: ['rtp_packets', 'RTP packets between clients and the SFU, without what was sent again.'],
  bytes: ['rtp_bytes', 'RTP bytes between clients and the SFU, without what was sent again.'],
  lost: [
    'rtp_packets_lost',
    'RTP packets that were lost between clients and the SFU before anything was sent again; of those sent, as clients say.',
  ],
  retransmitted: ['retransmitted_packets', 'RTP packets that were sent again between clients and the SFU.'],
  nacks: [
    'nacks',
    'RTCP messages that ask for lost packets of what clients and the SFU send each other; direction is that of the media.',
  ],
} as const;
const perDirection = {
  plis: ['plis', 'Requests for a key frame (PLI); direction is that of the pictures.'],
  firs: ['firs', 'Requests for a key frame (FIR); direction is that of the pictures.'],
} as const;

/** Adds what is counted of streams. Counters lag up to five seconds behind. @returns where the counts go. */
export function addStreamCounters(registry: Registry): StreamSink {
  const registers = [registry];
  const counters = new Map<StreamCount, Counter<'direction' | 'kind'>>();
  const add = (
    what: StreamCount,
    [name, help]: readonly [string, string],
    labelNames: ('direction' | 'kind')[],
  ) => {
    counters.set(what, new Counter({ name: `parley_sfu_${name}_total`, help, labelNames, registers }));
  };
  for (const what of ['packets', 'bytes', 'lost', 'retransmitted', 'nacks'] as const) {
    add(what, perKind[what], ['direction', 'kind']);
    for (const direction of directions) {
      for (const kind of kinds) counters.get(what)?.inc({ direction, kind }, 0);
    }
  }
  for (const what of ['plis', 'firs'] as const) {
    add(what, perDirection[what], ['direction']);
    for (const direction of directions) counters.get(what)?.inc({ direction }, 0);
  }
  const roundTrips = new Histogram({
    name: 'parley_sfu_round_trip_seconds',
    help: 'Round-trip time between the SFU and a client that receives media, as RTCP tells: one of each every five seconds.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2],
    registers,
  });
  return {
    grew(direction, kind, by) {
      for (const [what, counter] of counters) {
        if (by[what] > 0) counter.inc(what in perDirection ? { direction } : { direction, kind }, by[what]);
      }
    },
    roundTrip: seconds => roundTrips.observe(seconds),
  };
}

/** Adds how the streams are right now, which mediasoup tells by itself. */
export function addStreamGauges(registry: Registry, rooms: Rooms): void {
  const registers = [registry];
  const participants = () => rooms.all.flatMap(room => [...room.participants.values()]);
  new Gauge({
    name: 'parley_sfu_streams',
    help: "Tracks that flow, by grade of mediasoup's score: good (8 to 10), fair (5 to 7), bad (0 to 4). Of layers of a picture the best counts; what nobody watches is left out.",
    labelNames: ['direction', 'kind', 'grade'],
    registers,
    collect() {
      for (const direction of directions) {
        for (const kind of kinds) {
          for (const grade of gradeNames) this.set({ direction, kind, grade }, 0);
        }
      }
      const count = (direction: StreamDirection, kind: types.MediaKind, score: number | undefined) => {
        if (score !== undefined) this.inc({ direction, kind, grade: gradeOf(score) });
      };
      for (const { watchedProducers, consumers } of participants()) {
        for (const producer of watchedProducers) count('received', producer.kind, sentScore(producer));
        for (const consumer of consumers) count('sent', consumer.kind, receivedScore(consumer));
      }
    },
  });
  new Gauge({
    name: 'parley_sfu_layers_sent',
    help: 'Pictures that are sent to clients, by spatial layer; 0 is the smallest.',
    labelNames: ['layer'],
    registers,
    collect() {
      this.reset();
      const counts = Array.from({ length: usualLayers }, () => 0);
      for (const { consumers } of participants()) {
        for (const consumer of consumers) {
          const layer = layerOf(consumer);
          if (layer !== undefined) counts[layer] = (counts[layer] ?? 0) + 1;
        }
      }
      counts.forEach((count, layer) => {
        this.set({ layer }, count);
      });
    },
  });
}

const gradeNames = Object.keys(grades) as Grade[];

/** The grade of a score from 0 to 10. */
export function gradeOf(score: number): Grade {
  return gradeNames.find(grade => score >= grades[grade]) ?? 'bad';
}

function layerOf({ kind, paused, producerPaused, type, currentLayers }: types.Consumer): number | undefined {
  if (kind !== 'video' || paused || producerPaused) return undefined;
  // What comes in one layer only has no word for it.
  return type === 'simple' ? 0 : currentLayers?.spatialLayer;
}
