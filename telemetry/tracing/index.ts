export { type Attributes, activeTrace, annotate, inSpan, type SpanKind } from './scope.ts';
export { type TracingSettings, toTracing, tracingEnv } from './settings.ts';
export {
  createSpanId,
  exemplarOf,
  formatTraceparent,
  parseTraceparent,
  type TraceContext,
  traceparentAnnotation,
} from './traceparent.ts';
export { type Task, type ToldSpan, Tracing } from './tracing.ts';
