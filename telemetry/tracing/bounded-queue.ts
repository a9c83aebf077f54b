import { type Context, TraceFlags } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type Span,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.ts';
import type { TracingSettings } from './settings.ts';
import type { SpanOutcome } from './tracing.ts';

const batchSize = 512;

/** The code with which an exporter says that a batch was taken (`ExportResultCode.SUCCESS`). */
const taken = 0;

/** The SDK's batches, behind a count of what waits: what is one too many is dropped and counted, as the SDK tells nobody. */
export class BoundedQueue implements SpanProcessor {
  readonly #limit: number;
  readonly #count: (outcome: SpanOutcome, spans: number) => void;
  readonly #log: Logger;
  readonly #batches: BatchSpanProcessor;
  #waiting = 0;
  /** Said once each time it changes. */
  #failing = false;

  constructor(of: {
    exporter: SpanExporter;
    settings: Pick<TracingSettings, 'queue' | 'delayMs' | 'timeoutMs'>;
    count: (outcome: SpanOutcome, spans: number) => void;
    log: Logger;
  }) {
    const { exporter, settings } = of;
    this.#limit = settings.queue;
    this.#count = of.count;
    this.#log = of.log;
    this.#batches = new BatchSpanProcessor({
      exporter: {
        export: (spans, done) => {
          this.#waiting -= spans.length;
          exporter.export(spans, result => {
            this.#heard(result.code === taken, spans.length, result.error);
            done(result);
          });
        },
        shutdown: () => exporter.shutdown(),
      },
      maxQueueSize: settings.queue,
      maxExportBatchSize: Math.min(batchSize, settings.queue),
      scheduledDelayMillis: settings.delayMs,
      // After the exporter has given up by itself, so that one batch is under way.
      exportTimeoutMillis: settings.timeoutMs + 1_000,
    });
  }

  onStart(_span: Span, _parent: Context): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#waiting >= this.#limit) {
      this.#count('dropped', 1);
      return;
    }
    this.#waiting++;
    this.#batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown();
  }

  /** Sends what is left for at most so many ms. What a collector does not take by then is lost. */
  async close(forMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, forMs);
    await Promise.race([this.#batches.shutdown().catch(() => {}), late.promise]);
    clearTimeout(timer);
  }

  #heard(ok: boolean, spans: number, error: Error | undefined): void {
    this.#count(ok ? 'exported' : 'failed', spans);
    if (ok !== this.#failing) return;
    this.#failing = !ok;
    if (ok) this.#log.info('the collector takes traces again');
    else this.#log.warn({ err: error }, 'the collector does not take traces; they are dropped until it does');
  }
}
