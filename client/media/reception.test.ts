import type { MediaGeneration, ProducerId, RequestName } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { expect, test, vi } from 'vitest';
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
