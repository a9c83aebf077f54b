import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';
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
      registers,
    });
    this.#firstPacket = new Histogram({
      name: 'parley_canary_first_packet_seconds',
      help: 'From when the second of the two came until the first packet of the other reached them.',
      buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10],
      registers,
    });
    this.#loss = new Histogram({
      name: 'parley_canary_loss_ratio',
      help: 'Share of the packets of a stream that did not come in a round. Nothing is asked for again.',
      labelNames: ['kind'],
      buckets: [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
      registers,
    });
    this.#gap = new Histogram({
      name: 'parley_canary_gap_seconds',
      help: 'The longest pause between two packets of a stream in a round.',
      labelNames: ['kind'],
      buckets: [0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10],
      registers,
    });
    // From zero on, so that Prometheus sees the first round.
    for (const kind of ['audio', 'video']) {
      this.#loss.zero({ kind });
      this.#gap.zero({ kind });
    }
  }

  /** Takes how a round went that is over. */
  observe({ joins, firstPacketMs, streams, failure }: RoundResult): void {
    this.#up.set(failure ? 0 : 1);
    for (const { outcome, joinMs } of joins) {
      this.#joins.inc({ outcome });
      if (joinMs !== undefined) this.#join.observe(inSeconds(joinMs));
    }
    // Without a token nobody could try.
    if (joins.length === 0 && failure) this.#joins.inc({ outcome: failure.code });
    if (firstPacketMs !== undefined) this.#firstPacket.observe(inSeconds(firstPacketMs));
    for (const { kind, received, lost, longestGapMs } of streams) {
      if (received === 0) continue;
      this.#loss.observe({ kind }, lost / (received + lost));
      this.#gap.observe({ kind }, inSeconds(longestGapMs));
    }
  }
}
