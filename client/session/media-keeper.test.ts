import type { MediaGeneration, MediaSession, RequestName, RoomSnapshot } from '@parley/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import type { Link } from '../media/link.ts';
import { MediaKeeper } from './media-keeper.ts';

const [g1, g2, g3] = ['g1', 'g2', 'g3'] as [MediaGeneration, MediaGeneration, MediaGeneration];
type Media = Pick<RoomSnapshot, 'generation' | 'branches' | 'former'>;

/** What the keeper knows of the room, and what the server does. */
let known: Media;
let truth: Media;
let said: string[];
/** With what bandwidth each link began. */
let began: (number | undefined)[];
let keeper: MediaKeeper;

beforeEach(() => {
  known = truth = { generation: g1 };
  said = [];
  began = [];
  const request = async (name: RequestName) => {
    said.push(name);
    return name === 'renewMedia' ? { generation: truth.generation } : {};
  };
  const note = (what: string) => () => void said.push(what);
  const open: typeof Link.open = async ({ generation }: MediaSession, { bandwidth }) => {
    began.push(bandwidth);
    const close = () => {
      link.closed = true;
    };
    const link = { generation, closed: false, close, bandwidth: async () => 2_000_000 };
    return link as unknown as Link;
  };
  keeper = new MediaKeeper(
    request as SendRequest,
    { iceTransportPolicy: 'all', videoCodec: 'vp8', request: request as SendRequest, online: () => true },
    {
      room: () => known,
      loss: () => undefined,
      position: () => undefined,
      missed: () => {
        known = truth;
        keeper.roomChanged();
      },
      dropped: note('dropped'),
      moving: note('moving'),
      left: note('left'),
      changed: () => {},
      begun: () => {},
      connected: () => {},
    },
    open,
  );
});

const open = () => keeper.open(new AbortController().signal);

test('V2 holds both links while the room moves, and the new one alone after that', async () => {
  const former = await open();
  known = truth = { generation: g2, former: g1 };
  keeper.roomChanged();
  expect([keeper.link, keeper.former]).toEqual([undefined, former]);
  const link = await open();
  expect([keeper.link, keeper.former, former.closed]).toEqual([link, former, false]);
  known = truth = { generation: g2 };
  keeper.roomChanged();
  expect([keeper.link, keeper.former, former.closed]).toEqual([link, undefined, true]);
  expect(said).toEqual(['renewMedia', 'moving', 'renewMedia', 'left']);
  // What the former link found out holds for the new one.
  expect(began).toEqual([undefined, 2_000_000]);
});

test.each(['publish', 'finishMove'] as const)(
  'V2 %s that is refused as the room begins to move ends nothing that flows',
  async name => {
    const link = await open();
    truth = { generation: g2, former: g1 };
    keeper.refused(link, name);
    await expect.poll(() => keeper.former).toBe(link);
    expect(link.closed).toBe(false);
    keeper.refused(link, name);
    await expect.poll(() => said).toEqual(['renewMedia', 'sync', 'moving', 'sync']);
    expect(keeper.former).toBe(link);
  },
);

test('a link whose media is gone is given up', async () => {
  const first = await open();
  keeper.refused(first, 'subscribe');
  expect([first.closed, keeper.link]).toEqual([true, undefined]);
  const second = await open();
  keeper.refused(second, 'publish');
  await expect.poll(() => second.closed).toBe(true);
  expect(said).toEqual(['renewMedia', 'dropped', 'renewMedia', 'sync', 'dropped']);
});

test('V9 a link to any of the SFUs that carry the room is good, whatever becomes of the others', async () => {
  known = truth = { generation: g2, branches: [g1] };
  const link = await open();
  expect(link.generation).toBe(g2);
  const states: Media[] = [
    { generation: g1, branches: [g2] },
    { generation: g1, branches: [g3, g2] },
    { generation: g3, branches: [g2], former: g1 },
    { generation: g3, branches: [g2] },
    { generation: g2, former: g3 },
    { generation: g2 },
  ];
  for (const state of states) {
    known = truth = state;
    keeper.roomChanged();
    expect([keeper.link, keeper.former, link.closed]).toEqual([link, undefined, false]);
  }
  expect(said).toEqual(['renewMedia']);
});

test('V10 a link to the one that the room leaves is the former one, and that to one that is gone is given up', async () => {
  const link = await open();
  known = truth = { generation: g2, branches: [g3], former: g1 };
  keeper.roomChanged();
  expect([keeper.link, keeper.former]).toEqual([undefined, link]);
  truth = { ...truth, generation: g3, branches: [g2] };
  const next = await open();
  expect(next.generation).toBe(g3);
  known = truth = { generation: g2, branches: [g3] };
  keeper.roomChanged();
  expect([keeper.link, keeper.former, link.closed]).toEqual([next, undefined, true]);
  known = truth = { generation: g2 };
  keeper.roomChanged();
  expect([keeper.link, next.closed]).toEqual([undefined, true]);
  expect(said.at(-1)).toBe('dropped');
});
