import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planUsage, readPlanOptions } from './command.ts';
import { measuredNode, readNodeType } from './node-type.ts';
import { planCapacity, withSpares } from './plan.ts';
import { planTable } from './table.ts';
import { Wishes } from './wishes.ts';

const anyWishes = fc
  .record({
    rooms: fc.integer({ min: 1, max: 2_000 }),
    perRoom: fc.integer({ min: 1, max: 400 }),
    senders: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
    pictures: fc.integer({ min: 0, max: 50 }),
    sounds: fc.integer({ min: 0, max: 50 }),
    pictureBits: fc.integer({ min: 50_000, max: 4_000_000 }),
    relayed: fc.double({ min: 0, max: 1, noNaN: true }),
    headroom: fc.double({ min: 0, max: 0.9, noNaN: true }),
    spares: fc.integer({ min: 0, max: 3 }),
    zones: fc.integer({ min: 1, max: 4 }),
    workersPerPod: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  })
  .map(({ perRoom, ...wishes }) => Wishes.parse({ ...wishes, people: wishes.rooms * perRoom }));

const plan = (wishes: Partial<Wishes>, node = measuredNode) =>
  planCapacity(Wishes.parse({ people: 2_000, rooms: 100, ...wishes }), node);
const sizes = ({ workers, sfuPods, relays, signalingReplicas, nodes }: ReturnType<typeof plan>) => [
  workers,
  sfuPods,
  relays,
  signalingReplicas,
  nodes,
];

describe('a plan', () => {
  it('never needs less for more people', () => {
    fc.assert(
      fc.property(anyWishes, fc.integer({ min: 0, max: 5_000 }), (wishes, more) => {
        const [one, other] = [wishes, { ...wishes, people: wishes.people + more }].map(each =>
          sizes(planCapacity(each, measuredNode)),
        );
        expect(one?.every((size, index) => size <= (other?.[index] ?? 0))).toBe(true);
      }),
    );
  });

  it('is never less than the sum of the loads, with what is left free, when spares and a zone are gone', () => {
    fc.assert(
      fc.property(anyWishes, wishes => {
        const { loads, workers, sfuPods } = planCapacity(wishes, measuredNode);
        const free = 1 - wishes.headroom;
        const slack = 1 + 1e-9;
        expect(workers * free * slack).toBeGreaterThanOrEqual(loads.forwardingCores + loads.joinCores);
        expect(workers * free * measuredNode.sfu.consumersPerWorker * slack).toBeGreaterThanOrEqual(
          loads.consumers,
        );
        const inZone = wishes.zones > 1 ? Math.ceil(sfuPods / wishes.zones) : 0;
        const left = sfuPods - Math.max(wishes.spares, inZone);
        expect(left * (wishes.workersPerPod ?? 1)).toBeGreaterThanOrEqual(workers);
      }),
    );
  });

  it('has every pod that it needs when one is gone, or a zone', () => {
    expect(withSpares(4, { spares: 0, zones: 1 })).toBe(4);
    expect(withSpares(4, { spares: 1, zones: 1 })).toBe(5);
    expect(withSpares(4, { spares: 1, zones: 3 })).toBe(6);
    expect(withSpares(1, { spares: 0, zones: 3 })).toBe(2);
  });

  it('adds up by hand', () => {
    // Ten in a room, who all see nine pictures and hear nine sounds.
    const { loads, workers } = plan({ people: 10, rooms: 1, headroom: 0, joinSeconds: 1e9 });
    expect(loads).toMatchObject({ roomSize: 10, senders: 10, consumers: 180 });
    expect(loads.out.packets).toBeCloseTo(90 * (500_000 / 8 / 1_150) + 90 * 50, 3);
    expect(loads.forwardingCores).toBeCloseTo((loads.out.packets * 11) / 1e6, 6);
    expect(workers).toBe(1);
  });

  it('of a lecture is mostly what its listeners receive', () => {
    const { loads } = plan({ people: 200, rooms: 1, senders: 3 });
    // Three see two others each, the rest three; sounds alike.
    expect(loads.consumers).toBe(2 * (3 * 2 + 197 * 3));
    expect(loads.senders).toBe(3);
  });

  it('without relays has none', () => {
    const { relays, lines } = plan({ relayed: 0 });
    expect(relays).toBe(0);
    expect(lines.some(({ part }) => part === 'relay')).toBe(false);
  });

  it('explains every line', () => {
    const one = plan({ zones: 3 });
    for (const { why } of one.lines) expect(why.length).toBeGreaterThan(10);
    const table = planTable(one);
    expect(table).toContain('2000 people ÷ 100 rooms');
    expect(table).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('puts no more relays on a node than its network carries', () => {
    const node = { ...measuredNode, cores: 16, megabitsPerSecond: 1_000 };
    const nodesWith = (relayed: number) => plan({ relayed, people: 10_000, rooms: 1_000 }, node);
    const { lines, nodes } = nodesWith(1);
    const megabits = lines.find(({ name }) => name === 'through relays')?.value ?? 0;
    expect((nodes - nodesWith(0).nodes + 1) * 1_000 * 0.7).toBeGreaterThanOrEqual(megabits);
  });

  it('is sound for one person alone', () => {
    expect(sizes(plan({ people: 1, rooms: 1 }))).toEqual([1, 2, 2, 2, expect.any(Number)]);
  });
});

describe('figures of a node', () => {
  const machine = { cores: 8, memoryGiB: 32, processor: 'Xeon' };
  const report = (benchmark: string, figures: [string, string, number][]) => ({
    benchmark,
    machine,
    figures: figures.map(([scenario, name, value]) => ({ scenario, name, value, unit: '', met: true })),
  });

  it('are read from what benchmarks print, the dearest of the same kind, and the rest is said to be assumed', () => {
    const { node, assumed } = readNodeType([
      report('sfu', [
        ['1to100', 'processor time per forwarded packet', 6],
        ['10x10', 'processor time per forwarded packet', 7],
        ['setup', '8 consumers are opened: processor time', 4],
        ['spread', 'two pods: efficiency beside one', 90],
      ]),
      report('signaling', [['joins', 'processor time of signaling per join', 3]]),
    ]);
    expect(node).toMatchObject({
      name: 'Xeon',
      cores: 8,
      sfu: {
        microsecondsPerPacket: 7,
        millisecondsPerConsumer: 0.5,
        spreadEfficiency: 0.9,
        consumersPerWorker: 500,
      },
      signaling: {
        millisecondsPerJoin: 3,
        millisecondsPerMessage: measuredNode.signaling.millisecondsPerMessage,
      },
    });
    expect(assumed).toContain('messages: processor time per message');
    expect(assumed).not.toContain('1to100: processor time per forwarded packet');
  });

  it('may be written by hand', () => {
    expect(readNodeType(measuredNode)).toEqual({ node: measuredNode, assumed: [] });
  });

  it.each([[{}], ['x'], [[]], [{ ...measuredNode, cores: -1 }]])(
    '%j is refused with what is missing',
    json => {
      expect(() => readNodeType(json)).toThrow('neither a node type nor what a benchmark prints');
    },
  );

  it('that are better need no more', () => {
    const fast = { ...measuredNode, sfu: { ...measuredNode.sfu, microsecondsPerPacket: 5 } };
    expect(plan({}, fast).workers).toBeLessThanOrEqual(plan({}).workers);
  });
});

describe('options of the plan', () => {
  it('become wishes, in bits', () => {
    const { wishes, node } = readPlanOptions([
      '--people',
      '20',
      '--rooms',
      '2',
      '--picture-kbits',
      '700',
      '--cores',
      '16',
    ]);
    expect(wishes).toMatchObject({ people: 20, rooms: 2, pictureBits: 700_000 });
    expect(node).toEqual({ cores: 16 });
  });

  it('that are wrong are refused', () => {
    for (const argv of [
      [],
      ['--people', '1', '--rooms', '2'],
      ['--people', 'x', '--rooms', '1'],
      ['--nonsense', '1'],
    ]) {
      expect(() => readPlanOptions(argv), argv.join(' ')).toThrow();
    }
  });

  it('are all explained', () => {
    for (const name of ['people', 'join-seconds', 'sent-picture-kbits', 'node', 'network-mbits', 'json']) {
      expect(planUsage).toContain(`--${name}`);
    }
  });
});
