/** A collector for tests: takes OTLP over HTTP, as JSON, and remembers the spans. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .default([])
  .transform(list => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])));
const nanoseconds = z.union([z.string(), z.number()]).transform(time => Number(BigInt(time) / 1000n) / 1000);

/** `opentelemetry.proto.trace.v1.Span` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
const Span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.int().default(0) }).default({ code: 0 }),
});

const Request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** As it came. */
export interface ReceivedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  /** In ms since 1970. */
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, unknown>>;
  links: { traceId: string; spanId: string }[];
  failed: boolean;
}

/** How the collector answers a batch; `take`: it keeps the spans and says so. */
export type Answer = 'take' | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Collector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  answer: Answer;
}

/** More would be of no use to a test. */
const mostSpans = 50_000;

export async function startCollector(answer: Answer = 'take'): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    if (collector.answer !== 'take') return collector.answer(request, response);
    const asked = new URL(request.url ?? '', 'http://collector');
    if (request.method === 'GET')
      return response.end(JSON.stringify(ofRoom(spans, asked.searchParams.get('room'))));
    const json: unknown = JSON.parse((await request.toArray()).join(''));
    if (asked.pathname === '/v1/traces') spans.push(...read(json));
    spans.splice(0, spans.length - mostSpans);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const collector: Collector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return collector;
}

/** All of the traces that have to do with a room. */
function ofRoom(spans: readonly ReceivedSpan[], room: string | null): ReceivedSpan[] {
  const traces = new Set(
    spans.filter(({ attributes }) => attributes['parley.room'] === room).map(({ traceId }) => traceId),
  );
  return spans.filter(({ traceId }) => traces.has(traceId));
}

/** What a collector of another process has of a room. */
export async function spansOf(endpoint: string, room: string): Promise<ReceivedSpan[]> {
  const answer = await fetch(`${endpoint}/?${new URLSearchParams({ room })}`);
  return (await answer.json()) as ReceivedSpan[];
}

function read(json: unknown): ReceivedSpan[] {
  return Request.parse(json).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(scope =>
      scope.spans.map(({ startTimeUnixNano: startMs, endTimeUnixNano: endMs, status, ...span }) => ({
        ...span,
        parentSpanId: span.parentSpanId || undefined,
        service: `${resource.attributes['service.name']}`,
        startMs,
        endMs,
        failed: status.code === 2,
      })),
    ),
  );
}

/** A trace as lines, two more spaces for each level: `service name`, siblings by their names. */
export function treeOf(spans: readonly ReceivedSpan[], parent?: string): string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap(({ service, name, spanId }) => [
      `${service} ${name}`,
      ...treeOf(spans, spanId).map(line => `  ${line}`),
    ]);
}
