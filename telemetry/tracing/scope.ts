import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './traceparent.ts';

/** After OpenTelemetry's semantic conventions where these have a name. Never a token, a secret or what people call themselves. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `server`: answers another process; `client`: waits for one. */
export type SpanKind = 'server' | 'client' | 'internal';

/** A span that is being recorded. */
export interface OpenSpan {
  /** In which the span itself is the parent. */
  readonly trace: TraceContext;
  child(name: string, kind: SpanKind, attributes: Attributes): OpenSpan;
  set(attributes: Attributes): void;
  /** Without `failure`, all went well. */
  end(failure?: { error: unknown }): void;
}

/** Something that is done for somebody, with all that it waits for. */
interface Scope {
  readonly trace: TraceContext;
  readonly span: OpenSpan | undefined;
  /** What was begun in it goes on, such as a timer, and is no part of it any more. */
  over: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

function current(): Scope | undefined {
  const scope = scopes.getStore();
  return scope?.over ? undefined : scope;
}

/** The trace of what is being done, recorded or not; undefined for what is done on one's own. */
export function activeTrace(): TraceContext | undefined {
  return current()?.trace;
}

/** Says more of the span that is open, if one is recorded. */
export function annotate(attributes: Attributes): void {
  current()?.span?.set(attributes);
}

/**
 * Does a step of what is being done, in a span of its own if that is recorded; else it costs next to nothing.
 *
 * @param name few different ones: what the step is about goes into `attributes`.
 */
export function inSpan<T>(
  name: string,
  step: () => Promise<T>,
  { kind = 'internal', attributes = {} }: { kind?: SpanKind; attributes?: Attributes } = {},
): Promise<T> {
  const parent = current()?.span;
  if (!parent) return step();
  const span = parent.child(name, kind, attributes);
  return within(span.trace, span, step);
}

/** Does something that belongs to a trace, in `span` if that is recorded. */
export async function within<T>(
  trace: TraceContext,
  span: OpenSpan | undefined,
  work: () => T | Promise<T>,
): Promise<T> {
  const scope: Scope = { trace, span, over: false };
  try {
    const value = await scopes.run(scope, work);
    span?.end();
    return value;
  } catch (error) {
    span?.end({ error });
    throw error;
  } finally {
    scope.over = true;
  }
}
