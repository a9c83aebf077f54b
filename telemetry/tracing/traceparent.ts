import { randomBytes } from 'node:crypto';

/** Where in a trace something is. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The span that is the parent of what comes next, 16 hex digits. */
  readonly spanId: string;
  /** Whether the spans of this trace are recorded. */
  readonly sampled: boolean;
}

/** The annotation of a resource that says in which trace it was made. */
export const traceparentAnnotation = 'parley.dev/traceparent';

/** A version that this code does not know may say more, behind another dash. */
const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Longer ones are no header that makes sense. */
const maxLength = 512;

/** Reads a W3C `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header). @returns undefined if it is not valid. */
export function parseTraceparent(header: unknown): TraceContext | undefined {
  if (typeof header !== 'string' || header.length > maxLength) return undefined;
  const [, version, traceId, spanId, flags, more] = pattern.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The header that makes others go on with the trace, as the children of `spanId`. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

export const createTraceId = () => randomBytes(16).toString('hex');
export const createSpanId = () => randomBytes(8).toString('hex');

/** What an observation of a histogram with exemplars is labelled with; undefined if nothing of the trace is recorded. */
export function exemplarOf(trace: TraceContext | undefined): Record<string, string> | undefined {
  return trace?.sampled ? { trace_id: trace.traceId, span_id: trace.spanId } : undefined;
}
