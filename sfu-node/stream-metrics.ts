import { Counter, Histogram, type Registry } from '@parley/telemetry';
import type { types } from 'mediasoup';
import type { StreamCount } from './stream-figures.ts';
import type { StreamDirection, StreamSink } from './stream-meter.ts';

const directions = ['sent', 'received'] as const satisfies readonly StreamDirection[];
const kinds = ['audio', 'video'] as const satisfies readonly types.MediaKind[];
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
