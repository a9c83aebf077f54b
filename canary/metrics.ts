import { Counter, exemplarOf, Gauge, Histogram, type Registry, type TraceContext } from '@parley/telemetry';
import type { RoundResult } from './round.ts';

const inSeconds = (ms: number) => ms / 1_000;

/** The figures of the canary. The pool that it is of is a label of the target. */
export class CanaryMetrics {
  readonly #up: Gauge;
  readonly #joins: Counter<'outcome'>;
  readonly #join: Histogram;
  readonly #firstPacket: Histogram;
  readonly #loss: Histogram<'kind'>;
  readonly #gap: Histogram<'kind'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const enableExemplars = true;
    this.#up = new Gauge({
      name: 'parley_canary_up',
      help: '1 while the last round worked: both were in, and sound and picture flowed both ways. 0 until the first has.',
      registers,
    });
    this.#joins = new Counter({
      name: 'parley_canary_joins_total',
      help: 'Joins by outcome: ok, the code of the refusal, or no_media where nothing of the other came.',
      labelNames: ['outcome'],
      registers,
    });
    this.#joins.inc({ outcome: 'ok' }, 0);
    this.#join = new Histogram({
      name: 'parley_canary_join_seconds',
      help: 'From opening the connection to signaling until media is connected both ways.',
      buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10],
      enableExemplars,
      registers,
    });
    this.#firstPacket = new Histogram({
      name: 'parley_canary_first_packet_seconds',
      help: 'From when the second of the two came until the first packet of the other reached them.',
      buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10],
      enableExemplars,
      registers,
    });
    this.#loss = new Histogram({
      name: 'parley_canary_loss_ratio',
      help: 'Share of the packets of a stream that did not come in a round. Nothing is asked for again.',
      labelNames: ['kind'],
      buckets: [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
      enableExemplars,
      registers,
    });
    this.#gap = new Histogram({
      name: 'parley_canary_gap_seconds',
      help: 'The longest pause between two packets of a stream in a round.',
      labelNames: ['kind'],
      buckets: [0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10],
      enableExemplars,
      registers,
    });
  }

  /** Takes how a round went that is over. */
  observe({ joins, firstPacketMs, streams, failure }: RoundResult, trace: TraceContext): void {
    const exemplarLabels = exemplarOf(trace) ?? {};
    this.#up.set(failure ? 0 : 1);
    for (const { outcome, joinMs } of joins) {
      this.#joins.inc({ outcome });
      if (joinMs !== undefined) this.#join.observe({ value: inSeconds(joinMs), exemplarLabels });
    }
    if (joins.length === 0 && failure) this.#joins.inc({ outcome: failure.code });
    if (firstPacketMs !== undefined) {
      this.#firstPacket.observe({ value: inSeconds(firstPacketMs), exemplarLabels });
    }
    for (const { kind, received, lost, longestGapMs } of streams) {
      if (received === 0) continue;
      const labels = { kind };
      this.#loss.observe({ labels, value: lost / (received + lost), exemplarLabels });
      this.#gap.observe({ labels, value: inSeconds(longestGapMs), exemplarLabels });
    }
  }
}
