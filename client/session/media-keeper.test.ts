import type { MediaGeneration, MediaSession, RequestName, RoomSnapshot } from '@parley/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import type { Link } from '../media/link.ts';
import { MediaKeeper } from './media-keeper.ts';

const [g1, g2] = ['g1', 'g2'] as MediaGeneration[] as [MediaGeneration, MediaGeneration];
type Media = Pick<RoomSnapshot, 'generation' | 'former'>;

/** What the keeper knows of the room, and what the server does. */
let known: Media;
let truth: Media;
let said: string[];
let keeper: MediaKeeper;

beforeEach(() => {
  known = truth = { generation: g1 };
  said = [];
  const request = async (name: RequestName) => {
    said.push(name);
    return name === 'renewMedia' ? { generation: truth.generation } : {};
  };
  const note = (what: string) => () => void said.push(what);
  const open = async ({ generation }: MediaSession) => {
    const close = () => {
      link.closed = true;
    };
    const link = { generation, closed: false, close };
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
