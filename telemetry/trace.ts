import { randomBytes } from 'node:crypto';

/** W3C trace context, version 00 (https://www.w3.org/TR/trace-context/#traceparent-header). */
const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** The header to send on with calls that belong to the same trace. */
  traceparent: string;
}

/** Continues the trace of a `traceparent` header, or begins one where there is none that is valid. */
export function traceContext(header?: string): TraceContext {
  const match = traceparentPattern.exec(header ?? '');
  const traceId = match?.[1] ?? randomBytes(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${match?.[3] ?? '00'}` };
}
