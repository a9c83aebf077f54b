import { z } from 'zod';

const positive = z.number().positive();

/** What a kind of node can do, as it was measured on one, and what it has. Times are of one core of it. */
export const NodeType = z.object({
  /** For people. */
  name: z.string().default('your node'),
  cores: positive,
  memoryGiB: positive,
  /** Of its network, each way. */
  megabitsPerSecond: positive.default(10_000),
  sfu: z.object({
    /** Of the whole SFU, for a packet that it sends to somebody. */
    microsecondsPerPacket: positive,
    /** A room on several workers or pods carries this share of what it would on one. */
    spreadEfficiency: positive.max(1).default(0.84),
    /** Tracks that a worker sends at most. */
    consumersPerWorker: positive.default(500),
    kilobytesPerConsumer: positive,
    kilobytesPerPerson: positive,
    /** To join: transports, their connections, and the first consumers. */
    millisecondsPerConsumer: positive,
    millisecondsPerTransport: positive,
  }),
  signaling: z.object({
    millisecondsPerJoin: positive,
    /** Of one request that everybody in a small room hears. */
    millisecondsPerMessage: positive,
    /** People that a replica lets in each second at most: its setting JOINS_PER_SECOND. */
    joinsPerSecond: positive.default(100),
  }),
});
export type NodeType = z.infer<typeof NodeType>;

/**
 * The machine of bench/README.md: two cores of a Xeon, measured by `npm run bench -- sfu` and `npm run bench -- signaling`. The cost of a
 * packet is that of `1to100`, the dearest of three scenarios.
 */
export const measuredNode: NodeType = NodeType.parse({
  name: 'the machine of bench/README.md (2 cores of a Xeon, 24 GiB)',
  cores: 2,
  memoryGiB: 24,
  sfu: {
    microsecondsPerPacket: 11.0,
    kilobytesPerConsumer: 10.7,
    kilobytesPerPerson: 115,
    millisecondsPerConsumer: 0.52,
    millisecondsPerTransport: 4.3,
  },
  signaling: { millisecondsPerJoin: 4.2, millisecondsPerMessage: 0.185 },
});

const Measured = z.object({
  benchmark: z.string(),
  machine: z.object({ cores: z.number(), memoryGiB: z.number(), processor: z.string() }),
  figures: z.array(z.object({ scenario: z.string(), name: z.string(), value: z.number(), unit: z.string() })),
});

/** Figures that do not describe a node. The message says what is missing. */
export class NodeTypeError extends Error {
  override readonly name = 'NodeTypeError';
  readonly code = 'unreadable_node_type';
}

/**
 * Reads a node type: an object of `NodeType`, or what `npm run bench -- sfu --json` (and `signaling`) printed, one or a list of them. What
 * was not measured is as in `measuredNode`. @returns it, and which figures were taken from there
 * @throws NodeTypeError
 */
export function readNodeType(json: unknown): { node: NodeType; assumed: string[] } {
  const own = NodeType.safeParse(json);
  if (own.success) return { node: own.data, assumed: [] };
  const reports = z
    .array(Measured)
    .min(1)
    .safeParse(Array.isArray(json) ? json : [json]);
  if (!reports.success) {
    throw new NodeTypeError(
      `This is neither a node type nor what a benchmark prints with --json:\n${z.prettifyError(own.error)}`,
    );
  }
  const [first] = reports.data;
  const figures = new Map(
    reports.data
      .flatMap(report => report.figures)
      .map(({ scenario, name, value }) => [`${scenario}: ${name}`, value]),
  );
  const assumed: string[] = [];
  const of = (fallback: number, ...names: string[]): number => {
    const found = names.flatMap(name => figures.get(name) ?? []);
    if (found.length > 0) return Math.max(...found);
    assumed.push(names[0] ?? '');
    return fallback;
  };
  const { sfu, signaling } = measuredNode;
  const packet = 'processor time per forwarded packet';
  const opened = of(1.5, 'setup: a transport is opened: processor time');
  const connected = of(2.8, 'setup: a transport is connected (ICE, DTLS): processor time');
  const node = NodeType.parse({
    name: first?.machine.processor,
    cores: first?.machine.cores,
    memoryGiB: first?.machine.memoryGiB,
    sfu: {
      microsecondsPerPacket: of(
        sfu.microsecondsPerPacket,
        `1to100: ${packet}`,
        `1to300: ${packet}`,
        `10x10: ${packet}`,
      ),
      spreadEfficiency: Math.min(
        1,
        of(sfu.spreadEfficiency * 100, 'spread: two pods: efficiency beside one') / 100,
      ),
      kilobytesPerConsumer:
        of(6.3, 'setup: memory per consumer, worker') + of(4.4, 'setup: memory per consumer, main process'),
      kilobytesPerPerson: of(
        sfu.kilobytesPerPerson,
        '1to100: memory of the worker per subscriber',
        '1to300: memory of the worker per subscriber',
      ),
      millisecondsPerConsumer:
        of(sfu.millisecondsPerConsumer * 8, 'setup: 8 consumers are opened: processor time') / 8,
      millisecondsPerTransport: opened + connected,
    },
    signaling: {
      millisecondsPerJoin: of(signaling.millisecondsPerJoin, 'joins: processor time of signaling per join'),
      millisecondsPerMessage: of(signaling.millisecondsPerMessage, 'messages: processor time per message'),
    },
  });
  return { node, assumed };
}
