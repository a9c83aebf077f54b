/** `npm run plan`: from measured figures of a node to what a number of people takes. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { measuredNode, type NodeType, readNodeType } from './node-type.ts';
import { type Plan, planCapacity } from './plan.ts';
import { planTable } from './table.ts';
import { Wishes } from './wishes.ts';

export const planUsage = `npm run plan -- --people N --rooms N [options]

What it takes to carry so many people at the busiest moment, and why. docs/capacity.md explains the method.

  --people N               people at once
  --rooms N                rooms that they are in
  --senders N              people of a room who send sound and a picture (all)
  --pictures N             pictures that each sees at once, at most (9)
  --sounds N               sounds that each receives at once, at most (50)
  --picture-kbits N        of a picture as it is seen, in kbit/s (500)
  --sent-picture-kbits N   of all layers of a picture as it is sent (1500)
  --sound-kbits N          of a sound (32)
  --relayed SHARE          people who need a relay (0.15)
  --headroom SHARE         what is left free of all that is used (0.3)
  --spares N               pods of each kind that may be gone (1)
  --zones N                zones, one of which may be gone (1)
  --join-seconds N         in which all come (120)
  --messages-per-minute N  requests of each person that all in the room hear (2)
  --workers-per-pod N      workers of an SFU pod (cores of a node, but one)
  --node FILE              figures of your node: what "npm run --silent bench -- sfu --json" printed, or a node type;
                           may be given more than once (the machine of bench/README.md)
  --cores N, --memory-gib N, --network-mbits N   what a node has, where that is another than was measured
  --json                   one JSON object on standard output instead of a table`;

const numbers = {
  people: 'people',
  rooms: 'rooms',
  senders: 'senders',
  pictures: 'pictures',
  sounds: 'sounds',
  relayed: 'relayed',
  headroom: 'headroom',
  spares: 'spares',
  zones: 'zones',
  'join-seconds': 'joinSeconds',
  'messages-per-minute': 'messagesPerMinute',
  'workers-per-pod': 'workersPerPod',
} as const;
const kilobits = {
  'picture-kbits': 'pictureBits',
  'sent-picture-kbits': 'sentPictureBits',
  'sound-kbits': 'soundBits',
} as const;
const ofNode = { cores: 'cores', 'memory-gib': 'memoryGiB', 'network-mbits': 'megabitsPerSecond' } as const;

interface PlanOptions {
  wishes: Wishes;
  nodeFiles: string[];
  /** What the nodes have, where it was said. */
  node: Partial<Pick<NodeType, (typeof ofNode)[keyof typeof ofNode]>>;
  json: boolean;
}

/** Reads options. @throws ZodError, or TypeError for one that there is not */
export function readPlanOptions(argv: string[]): PlanOptions {
  const text = { type: 'string' } as const;
  const names = [numbers, kilobits, ofNode].flatMap(table => Object.keys(table));
  const { values } = parseArgs({
    args: argv,
    options: {
      ...Object.fromEntries(names.map(name => [name, text])),
      node: { ...text, multiple: true },
      json: { type: 'boolean' },
    },
  });
  const given = z.record(z.string(), z.unknown()).parse(values);
  const read = (table: Record<string, string>, factor = 1) =>
    Object.fromEntries(
      Object.entries(table).flatMap(([option, name]) =>
        given[option] === undefined ? [] : [[name, Number(given[option]) * factor]],
      ),
    );
  return {
    wishes: Wishes.parse({ ...read(numbers), ...read(kilobits, 1_000) }),
    nodeFiles: values.node ?? [],
    node: z.record(z.string(), z.number().positive()).parse(read(ofNode)),
    json: values.json ?? false,
  };
}

/** The node type of these files. @throws NodeTypeError */
async function nodeOf(files: readonly string[]): Promise<{ node: NodeType; assumed: string[] }> {
  if (files.length === 0) return { node: measuredNode, assumed: [] };
  const all = await Promise.all(files.map(async file => JSON.parse(await readFile(file, 'utf8')) as unknown));
  return readNodeType(all.length === 1 ? all[0] : all);
}

/** The command. @returns the status to leave with */
export async function planCommand(argv: string[]): Promise<number> {
  let options: PlanOptions;
  let measured: { node: NodeType; assumed: string[] };
  try {
    options = readPlanOptions(argv);
    measured = await nodeOf(options.nodeFiles);
  } catch (error) {
    const said =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error;
    console.error(`${said}\n\n${planUsage}`);
    return 2;
  }
  const { assumed } = measured;
  const node = { ...measured.node, ...options.node };
  const plan: Plan = planCapacity(options.wishes, node);
  if (options.json) {
    console.log(JSON.stringify({ wishes: options.wishes, node, assumed, ...plan }));
    return 0;
  }
  console.log(
    `Figures of ${node.name}; ${node.cores} cores, ${node.memoryGiB} GiB, ${node.megabitsPerSecond} Mbit/s a node.`,
  );
  if (assumed.length > 0)
    console.log(`Not measured there, and taken from bench/README.md: ${assumed.join('; ')}.`);
  console.log(`\n${planTable(plan)}`);
  return 0;
}
