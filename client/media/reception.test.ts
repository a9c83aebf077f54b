import type { MediaGeneration, Participant, ProducerId, RequestName } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { describe, expect, test, vi } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import { participant, producer } from '../room/fixtures.ts';
import type { Receiver } from './link.ts';
import { Reception } from './reception.ts';

const generation = (name: string) => name as MediaGeneration;
const id = (name: string) => name as ProducerId;
const [g1, g2] = [
  { generation: generation('g1') },
  { generation: generation('g2'), former: generation('g1') },
];
const before = [participant('ann', { ...producer('a1'), generation: g1.generation })];
const during = [
  participant(
    'ann',
    { ...producer('a1'), generation: g1.generation },
    { ...producer('a2'), generation: g2.generation },
  ),
];

/** A server, and links whose consumers decode nothing before they are told to. */
function world(areaOf?: () => number) {
  const said: string[] = [];
  const decoding = new Set<string>();
  const changed = vi.fn();
  const request = (async (name: RequestName, body: { generation: string; producerIds?: string[] }) => {
    said.push(`${name} ${body.generation}`);
    const consumers = body.producerIds?.map(producerId => ({
      id: `c-${producerId}`,
      producerId,
      kind: 'video',
    }));
    return { consumers, refused: [] };
  }) as SendRequest;
  const link = (of: MediaGeneration) => ({
    generation: of,
    closed: false,
    rtpCapabilities: {},
    consume: async ({ producerId }: Parameters<Receiver['consume']>[0]) =>
      ({
        track: { id: producerId },
        closed: false,
        close: () => {},
        getStats: async () => {
          const framesDecoded = decoding.has(producerId) ? 5 : 0;
          return new Map([['in', { type: 'inbound-rtp', kind: 'video', framesDecoded }]]);
        },
      }) as unknown as types.Consumer,
  });
  const reception = new Reception(request, changed, areaOf);
  const shown = () => reception.shown(during, g2).flatMap(({ producers }) => producers.map(one => one.id));
  return { said, decoding, changed, link, reception, shown };
}

test('V2 receives over both links while the room moves, and shows the new picture at its first frame', async () => {
  const { said, decoding, link, reception, shown } = world();
  const former = link(g1.generation);
  reception.want(before, g1);
  await reception.attach(former, undefined);

  reception.moving();
  reception.want(during, g2);
  await reception.attach(link(g2.generation), former);
  expect(said).toEqual(['subscribe g1', 'pauseConsumers g1', 'subscribe g2', 'pauseConsumers g2']);
  expect([reception.track(id('a1')), reception.track(id('a2'))]).toEqual([{ id: 'a1' }, { id: 'a2' }]);
  expect(shown()).toEqual(['a1']);
  expect(reception.hasMoved(during, g2)).toBe(false);

  decoding.add('a2');
  await vi.waitUntil(() => reception.hasMoved(during, g2));
  expect(shown()).toEqual(['a2']);

  reception.left();
  expect(reception.track(id('a1'))).toBeUndefined();
  expect(reception.track(id('a2'))).toEqual({ id: 'a2' });
});

test('V2 what is paused has no frame to wait for', async () => {
  const { link, reception } = world();
  reception.moving();
  const paused = [
    participant(
      'ann',
      { ...producer('a1'), generation: g1.generation },
      { ...producer('a2', 'camera', true), generation: g2.generation },
    ),
  ];
  reception.want(paused, g2);
  expect(reception.hasMoved(paused, g2)).toBe(false);
  await reception.attach(link(g2.generation), undefined);
  expect(reception.hasMoved(paused, g2)).toBe(true);
});

test('V2 M9 what is out of sight has no frame to wait for', async () => {
  const { link, reception } = world(() => 0);
  reception.moving();
  reception.want(during, g2);
  expect(reception.hasMoved(during, g2)).toBe(false);
  await reception.attach(link(g2.generation), undefined);
  expect(reception.hasMoved(during, g2)).toBe(true);
});

test('V2 V3 who joined in the middle, or lost the former media, sees the new media at once', async () => {
  const { link, reception, shown } = world();
  reception.want(during, g2);
  await reception.attach(link(g2.generation), undefined);
  expect(shown()).toEqual(['a2']);
  expect(reception.hasMoved(during, g2)).toBe(true);

  const moved = world();
  moved.reception.want(before, g1);
  const former = { ...moved.link(g1.generation), closed: false };
  await moved.reception.attach(former, undefined);
  moved.reception.moving();
  moved.reception.want(during, g2);
  await moved.reception.attach(moved.link(g2.generation), former);
  expect(moved.shown()).toEqual(['a1']);
  former.closed = true;
  moved.reception.left();
  expect(moved.shown()).toEqual(['a2']);
  expect(moved.reception.hasMoved(during, g2)).toBe(true);
});

describe('of a room on several SFUs', () => {
  const g3 = generation('g3');
  const on = (of: MediaGeneration, name: string) => ({ ...producer(name), generation: of });
  const calm = { generation: g1.generation, branches: [g3] };
  /** What was on the main SFU, or on the further one, goes to `g2`. */
  const mainMoves = { generation: g2.generation, branches: [g3], former: g1.generation };
  const partMoves = { generation: g1.generation, branches: [g2.generation], former: g3 };
  const [ann, eve] = [participant('ann', on(g1.generation, 'a1')), participant('eve', on(g3, 'e3'))];

  test('V10 who moves is shown what stays over the former link until it has come over the new one', async () => {
    const { said, decoding, link, reception } = world();
    const former = link(g1.generation);
    reception.want([ann, eve], calm);
    await reception.attach(former, undefined);
    decoding.add('e3');

    reception.moving();
    decoding.delete('e3');
    const people = [participant('ann', ...(ann?.producers ?? []), on(g2.generation, 'a2')), eve];
    reception.want(people, mainMoves);
    const before = reception.track(id('e3'));
    await reception.attach(link(g2.generation), former);
    expect(said.filter(one => one.startsWith('subscribe'))).toEqual(['subscribe g1', 'subscribe g2']);
    expect(reception.received()).toMatchObject({
      current: [{ producerId: 'a2' }, { producerId: 'e3' }],
      former: [{ producerId: 'a1' }, { producerId: 'e3' }],
    });
    expect(reception.track(id('e3'))).toBe(before);
    decoding.add('a2');
    await vi.waitUntil(() =>
      reception.shown(people, mainMoves).every(({ producers }) => producers[0]?.id !== 'a1'),
    );
    expect(reception.hasMoved(people, mainMoves)).toBe(false);

    decoding.add('e3');
    await vi.waitUntil(() => reception.hasMoved(people, mainMoves));
    expect(reception.track(id('e3'))).not.toBe(before);
    expect(reception.track(id('e3'))).toBeDefined();
    reception.left();
    reception.want(people, { generation: g2.generation, branches: [g3] });
    expect(reception.received()).toMatchObject({ current: [{ producerId: 'a2' }, { producerId: 'e3' }] });
  });

  test('V10 what is published anew after that comes over the new link alone', async () => {
    const { link, reception } = world();
    const former = link(g1.generation);
    reception.want([ann, eve], calm);
    await reception.attach(former, undefined);
    reception.moving();
    const late = participant('late', on(g3, 'l3'));
    reception.want([ann, eve, late], mainMoves);
    await reception.attach(link(g2.generation), former);
    const { current, former: old } = reception.received();
    expect(current.map(one => one.producerId)).toEqual(['e3', 'l3']);
    expect(old.map(one => one.producerId)).toEqual(['a1', 'e3']);
  });

  test('V10 who is elsewhere keeps the link, and is shown what is left until the new has come', async () => {
    const { said, decoding, link, reception } = world();
    reception.want([ann, eve], calm);
    await reception.attach(link(g1.generation), undefined);
    decoding.add('e3');
    const shown = (people: Participant[]) =>
      reception.shown(people, partMoves).flatMap(({ producers }) => producers.map(one => one.id));
    const before = [ann, eve];
    reception.want(before, partMoves);
    expect(shown(before)).toEqual(['a1', 'e3']);
    expect(reception.hasMoved(before, partMoves)).toBe(false);

    const during = [ann, participant('eve', ...(eve?.producers ?? []), on(g2.generation, 'e2'))];
    reception.want(during, partMoves);
    await vi.waitUntil(() => reception.track(id('e2')));
    expect(shown(during)).toEqual(['a1', 'e3']);
    decoding.add('e2');
    await vi.waitUntil(() => reception.hasMoved(during, partMoves));
    expect(shown(during)).toEqual(['a1', 'e2']);
    expect(reception.track(id('e3'))).toBeDefined();

    const after = [ann, participant('eve', on(g2.generation, 'e2'))];
    reception.want(after, { generation: g1.generation, branches: [g2.generation] });
    expect(reception.received().current.map(one => one.producerId)).toEqual(['a1', 'e2']);
    expect(new Set(said.map(one => one.split(' ')[1]))).toEqual(new Set(['g1']));
  });

  test('V3 V10 who joined in the middle, or lost their link, takes nothing of what is left', async () => {
    const { link, reception } = world();
    const people = [ann, participant('eve', ...(eve?.producers ?? []), on(g2.generation, 'e2'))];
    reception.want(people, partMoves);
    await reception.attach(link(g1.generation), undefined);
    expect(reception.received().current.map(one => one.producerId)).toEqual(['a1', 'e2']);
    expect(reception.hasMoved(people, partMoves)).toBe(true);

    const other = world();
    const lost = { ...other.link(g1.generation), closed: false };
    other.reception.want([ann, eve], calm);
    await other.reception.attach(lost, undefined);
    lost.closed = true;
    await other.reception.attach(undefined, undefined);
    other.reception.want(people, partMoves);
    await other.reception.attach(other.link(g1.generation), undefined);
    expect(other.reception.received().current.map(one => one.producerId)).toEqual(['a1', 'e2']);
  });
});
