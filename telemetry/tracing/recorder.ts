import { hostname } from 'node:os';
import {
  trace as api,
  type Context,
  SpanKind as Kind,
  ROOT_CONTEXT,
  SamplingDecision,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { Attributes, OpenSpan, SpanKind } from './scope.ts';
import type { TracingSettings } from './settings.ts';
import { createSpanId, type TraceContext } from './traceparent.ts';
import type { SpanOutcome, ToldSpan } from './tracing.ts';

/** Most batches on their way at a time. */
const concurrencyLimit = 4;

const kinds: Record<SpanKind, Kind> = {
  server: Kind.SERVER,
  client: Kind.CLIENT,
  internal: Kind.INTERNAL,
};

/** Makes spans with OpenTelemetry's SDK and sends them by OTLP. Who has one has decided to record: it samples nothing away. */
export class Recorder {
  readonly #sampler: TraceIdRatioBasedSampler;
  readonly #queue: BoundedQueue;
  readonly #service: string;
  readonly #services = new Map<string, Tracer>();
  /** The ids of the next span, as the SDK asks for them while it makes one. */
  #next = { traceId: '', spanId: '' };

  constructor(of: {
    settings: TracingSettings & { endpoint: string };
    service: string;
    count: (outcome: SpanOutcome, spans: number) => void;
    log: Logger;
  }) {
    const { endpoint, ratio, timeoutMs } = of.settings;
    this.#sampler = new TraceIdRatioBasedSampler(ratio);
    this.#service = of.service;
    const url = `${endpoint}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, timeoutMillis: timeoutMs, concurrencyLimit });
    this.#queue = new BoundedQueue({ exporter, ...of });
  }

  samples(traceId: string): boolean {
    const { decision } = this.#sampler.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  root(traceId: string, name: string, kind: SpanKind, attributes: Attributes, link?: TraceContext): OpenSpan {
    this.#next = { traceId, spanId: createSpanId() };
    return this.#start(this.#tracer(this.#service), ROOT_CONTEXT, name, kind, attributes, link);
  }

  child(
    parent: TraceContext,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    link?: TraceContext,
  ): OpenSpan {
    this.#next = { traceId: parent.traceId, spanId: createSpanId() };
    return this.#start(this.#tracer(this.#service), contextOf(parent, true), name, kind, attributes, link);
  }

  tell(service: string, { trace, parentSpanId, name, startMs, endMs, attributes }: ToldSpan): void {
    this.#next = trace;
    const parent = parentSpanId === undefined ? undefined : { ...trace, spanId: parentSpanId };
    const context = parent ? contextOf(parent, true) : ROOT_CONTEXT;
    this.#tracer(service).startSpan(name, { startTime: startMs, attributes }, context).end(endMs);
  }

  /** Sends what is left for at most so many ms. */
  close(forMs: number): Promise<void> {
    return this.#queue.close(forMs);
  }

  #start(
    tracer: Tracer,
    context: Context,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    link?: TraceContext,
  ): OpenSpan {
    const links = link ? [{ context: spanContextOf(link) }] : [];
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes, links }, context);
    const { traceId, spanId } = span.spanContext();
    return {
      trace: { traceId, spanId, sampled: true },
      child: (childName, childKind, childAttributes) => {
        this.#next = { traceId, spanId: createSpanId() };
        return this.#start(tracer, api.setSpan(ROOT_CONTEXT, span), childName, childKind, childAttributes);
      },
      set: more => void span.setAttributes(more),
      end: failure => {
        if (failure) note(span, failure.error);
        span.end();
      },
    };
  }

  #tracer(service: string): Tracer {
    const known = this.#services.get(service);
    if (known) return known;
    const provider = new TracerProvider({
      resource: resourceOf(service),
      sampler: new AlwaysOnSampler(),
      spanProcessors: [this.#queue],
      idGenerator: {
        generateTraceId: () => this.#next.traceId,
        generateSpanId: () => this.#next.spanId,
      },
      spanLimits: { attributeValueLengthLimit: 256, attributeCountLimit: 32 },
    });
    const tracer = provider.getTracer('parley');
    this.#services.set(service, tracer);
    return tracer;
  }
}

/** What `OTEL_RESOURCE_ATTRIBUTES` says, and who this is. */
function resourceOf(service: string) {
  const pod = process.env.POD_NAME ?? hostname();
  return detectResources({ detectors: [envDetector] }).merge(
    resourceFromAttributes({
      'service.namespace': 'parley',
      'service.name': service,
      'service.instance.id': pod,
    }),
  );
}

function spanContextOf({ traceId, spanId, sampled }: TraceContext, isRemote = false) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote };
}

const contextOf = (trace: TraceContext, isRemote: boolean) =>
  api.setSpanContext(ROOT_CONTEXT, spanContextOf(trace, isRemote));

/** Which error it was, and whether it was ours. Not its message, which may hold what people said. */
function note(span: Span, error: unknown): void {
  const { code, status, name } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  span.setAttribute(
    'error.type',
    typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error',
  );
  // What a caller is refused for their own mistake is no error of this process.
  if (typeof status === 'number' && status < 500) return;
  span.setStatus({ code: SpanStatusCode.ERROR });
}
