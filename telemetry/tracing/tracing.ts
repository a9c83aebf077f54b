import type { Logger } from '../log.ts';
import { Counter, type Registry } from '../registry.ts';
import type { Recorder } from './recorder.ts';
import { type Attributes, type SpanKind, within } from './scope.ts';
import type { TracingSettings } from './settings.ts';
import { createSpanId, createTraceId, parseTraceparent, type TraceContext } from './traceparent.ts';

/** How long the end of a process waits for spans that were not sent yet, in ms. */
const flushMs = 2_000;

/** A piece of work that somebody asked for. */
export interface Task {
  /** Few different ones. */
  name: string;
  kind?: SpanKind;
  /** The trace that it goes on with. Absent: it begins one. */
  parent?: TraceContext | undefined;
  /** Another trace that it has to do with. */
  link?: TraceContext | undefined;
  attributes?: Attributes;
  /** It is done too often for spans; lines of the log and exemplars name the trace nevertheless. */
  quiet?: boolean;
}

/** A span of somebody who cannot send it themselves, as it was told afterwards. */
export interface ToldSpan {
  trace: TraceContext;
  /** Undefined: the root of the trace. */
  parentSpanId: string | undefined;
  name: string;
  /** Both in ms since 1970. */
  startMs: number;
  endMs: number;
  attributes: Attributes;
}

const outcomes = ['exported', 'dropped', 'failed'] as const;
export type SpanOutcome = (typeof outcomes)[number];

/**
 * The traces of one process, sent to a collector by OTLP. Without a collector nothing is recorded, and OpenTelemetry is not even loaded.
 * Nothing waits for the collector, and what it does not take is forgotten and counted.
 */
export class Tracing {
  readonly #settings: TracingSettings;
  readonly #service: string;
  readonly #log: Logger;
  readonly #spans: Counter<'outcome'>;
  #recorder: Recorder | undefined;

  /** @param service as log lines name it. */
  constructor(settings: TracingSettings, service: string, registry: Registry, log: Logger) {
    this.#settings = settings;
    this.#service = service;
    this.#log = log;
    this.#spans = new Counter({
      name: 'parley_traces_spans_total',
      help: 'Spans of traces that ended, by outcome: exported (the collector took them), dropped (too many waited), failed (the collector did not take them).',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of outcomes) this.#spans.inc({ outcome }, 0);
  }

  /** Until then, nothing is recorded. */
  async start(): Promise<void> {
    const { endpoint, ratio } = this.#settings;
    if (endpoint === undefined) return;
    const { Recorder } = await import('./recorder.ts');
    this.#recorder = new Recorder({
      settings: { ...this.#settings, endpoint },
      service: this.#service,
      count: (outcome, spans) => this.#spans.inc({ outcome }, spans),
      log: this.#log,
    });
    this.#log.info({ endpoint, ratio }, 'traces are recorded');
  }

  /** Sends what is left, for a moment. */
  async close(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    await recorder?.close(flushMs);
  }

  /**
   * The trace that somebody whom nobody knows wants to go on with. Whether it is recorded is decided by its id alone, which every process
   * decides alike, and not by their word.
   */
  accept(header: unknown): TraceContext {
    const given = parseTraceparent(header);
    return given ? { ...given, sampled: this.#samples(given.traceId) } : this.#begin();
  }

  /** The trace that a caller goes on with who may decide whether it is recorded. */
  trust(header: unknown): TraceContext {
    return parseTraceparent(header) ?? this.#begin();
  }

  /** Does what was asked for, with the spans of all that it takes if its trace is recorded. */
  serve<T>(task: Task, work: () => T | Promise<T>): Promise<T> {
    const { name, kind = 'server', parent, link, attributes = {}, quiet = false } = task;
    const recorder = this.#recorder;
    // What is not recorded itself adds nothing to the trace that it has to do with.
    const known = parent ?? (link && { ...link, sampled: quiet && link.sampled });
    if (known && (!recorder || quiet)) return within(known, undefined, work);
    const trace = parent ?? this.#begin();
    if (!recorder || !trace.sampled || quiet) return within(known ?? trace, undefined, work);
    const span = parent
      ? recorder.child(parent, name, kind, attributes, link)
      : recorder.root(trace.traceId, name, kind, attributes, link);
    return within(span.trace, span, work);
  }

  /** Records what others did and told. @param service whose spans they are. */
  tell(service: string, spans: readonly ToldSpan[]): void {
    for (const span of spans) if (span.trace.sampled) this.#recorder?.tell(service, span);
  }

  #begin(): TraceContext {
    const traceId = createTraceId();
    return { traceId, spanId: createSpanId(), sampled: this.#samples(traceId) };
  }

  #samples(traceId: string): boolean {
    return this.#recorder?.samples(traceId) ?? false;
  }
}
