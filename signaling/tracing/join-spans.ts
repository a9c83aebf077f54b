import type { JoinReport } from '@parley/protocol';
import { createSpanId, type ToldSpan, type TraceContext } from '@parley/telemetry';

/** The parts of a join as people wait for them, each until the mark of a report that ends it. */
const phases = [
  ['connect', 'connected'],
  ['answer', 'answered'],
  ['transport', 'mediaConnected'],
  ['first_frame', 'firstFrame'],
] as const satisfies readonly (readonly [name: string, until: keyof JoinReport])[];

/**
 * What a client did between the click and the first picture, as spans: `join`, which is the span that the client named when it connected, and a
 * child for each phase that it came to. On signaling's clock, as nobody knows the client's: all lies `agoMs` back from `receivedAt`, and is off by
 * half of the time that the report was on its way.
 *
 * @param receivedAt in ms since 1970
 * @param attributes of the join
 */
export function joinSpans(
  trace: TraceContext,
  report: JoinReport,
  receivedAt: number,
  attributes: ToldSpan['attributes'] = {},
): ToldSpan[] {
  const clickAt = receivedAt - report.agoMs;
  // Marks are the client's word: none ends before the one ahead of it, nor after it was told.
  const at = (mark: number, after: number) => Math.min(Math.max(clickAt + mark, after), receivedAt);
  const spans: ToldSpan[] = [];
  let startMs = clickAt;
  for (const [name, until] of phases) {
    const mark = report[until];
    if (mark === undefined) continue;
    if (name === 'transport') startMs = at(report.mediaWanted ?? 0, startMs);
    const endMs = at(mark, startMs);
    const span = { ...trace, spanId: createSpanId() };
    spans.push({ trace: span, parentSpanId: trace.spanId, name, startMs, endMs, attributes: {} });
    startMs = endMs;
  }
  const join = { trace, parentSpanId: undefined, name: 'join', startMs: clickAt, endMs: startMs, attributes };
  return [join, ...spans];
}
