import { type MediaGeneration, type ProducerId, RefusalError, type RequestName } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { expect, test, vi } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import type { Receiver } from './link.ts';
import { Subscriptions } from './subscriptions.ts';
import { lessAfterMs } from './views.ts';

type Body = { producerIds?: ProducerId[]; consumerIds?: string[] };
const set = (...ids: string[]) => new Set(ids as ProducerId[]);
const id = (name: string) => name as ProducerId;

/** A server and links that note down what is asked of them, and an end to wait for. */
function world(answer?: (name: RequestName, body: Body) => object | undefined) {
  const said: string[] = [];
  const closed: string[] = [];
  let changes = 0;
  const request = (async (name: RequestName, body: Body) => {
    said.push(`${name} ${(body.producerIds ?? body.consumerIds)?.join()}`);
    await Promise.resolve();
    const own = answer?.(name, body);
    if (own) return own;
    const consumers = body.producerIds?.map(producerId => ({
      id: `c-${producerId}`,
      producerId,
      kind: 'video',
    }));
    return { consumers, refused: [] };
  }) as SendRequest;
  const link = () => ({
    generation: 'g1' as MediaGeneration,
    closed: false,
    rtpCapabilities: {},
    consume: async ({ producerId }: Parameters<Receiver['consume']>[0]) =>
      ({ track: { id: producerId }, close: () => closed.push(producerId) }) as unknown as types.Consumer,
  });
  const subscriptions = new Subscriptions(request, () => changes++);
  return { said, closed, link, subscriptions, changes: () => changes };
}

test('takes all that is there in one batch', async () => {
  const { said, link, subscriptions, changes } = world();
  subscriptions.want(set('a', 'b'));
  await subscriptions.attach(link());
  expect(said).toEqual(['subscribe a,b', 'pauseConsumers c-a,c-b']);
  expect(subscriptions.track(id('a'))).toEqual({ id: 'a' });
  expect(changes()).toBe(1);
});

test('splits what is too much for one request', async () => {
  const { said, link, subscriptions } = world();
  subscriptions.want(set(...Array.from({ length: 100 }, (_, place) => `p${place}`)));
  await subscriptions.attach(link());
  expect(said.map(line => [line.split(' ')[0], line.split(',').length])).toEqual([
    ['subscribe', 64],
    ['pauseConsumers', 64],
    ['subscribe', 36],
    ['pauseConsumers', 36],
  ]);
});

test('those that come while a batch is on its way are the next one; those that go are closed', async () => {
  const { said, closed, link, subscriptions } = world();
  subscriptions.want(set('a'));
  const attached = subscriptions.attach(link());
  subscriptions.want(set('a', 'b'));
  subscriptions.want(set('a', 'b', 'c'));
  await attached;
  expect(said.filter(line => line.startsWith('subscribe'))).toEqual(['subscribe a', 'subscribe b,c']);
  subscriptions.want(set('b'));
  expect(closed).toEqual(['a', 'c']);
  expect(subscriptions.track(id('a'))).toBeUndefined();
});

test('starts from nothing on a new link, and goes on with the same one', async () => {
  const { said, link, subscriptions } = world();
  subscriptions.want(set('a'));
  const first = link();
  await subscriptions.attach(first);
  await subscriptions.attach(undefined);
  await subscriptions.attach(first);
  expect(said).toHaveLength(2);
  await subscriptions.attach(link());
  expect(said).toHaveLength(4);
});

test('one that has gone does not keep the others silent', async () => {
  const { said, link, subscriptions } = world((name, { consumerIds }) => {
    if (name === 'pauseConsumers' && consumerIds?.includes('c-gone'))
      throw new RefusalError('not_found', 'Gone.');
    return undefined;
  });
  subscriptions.want(set('a', 'gone'));
  await subscriptions.attach(link());
  expect(said.slice(2)).toEqual(['pauseConsumers c-a', 'pauseConsumers c-gone']);
});

test('R6 does not ask again for what was refused for good, but for what may be had later', async () => {
  let asked = 0;
  const done = Promise.withResolvers<void>();
  const { link, subscriptions } = world((name, { producerIds }) => {
    if (name !== 'subscribe') return done.resolve() ?? undefined;
    if (++asked > 1) {
      expect(producerIds).toEqual(['late']);
      return undefined;
    }
    const error = (code: string) => ({ code, message: code });
    const refused = [
      { producerId: 'never', error: error('not_found') },
      { producerId: 'late', error: error('unavailable') },
    ];
    return { consumers: [], refused };
  });
  subscriptions.want(set('never', 'late'));
  await subscriptions.attach(link());
  await done.promise;
  expect(asked).toBe(2);
});

/** Pictures in three layers, of which the page says how large they are. */
function gallery(names: string[], answer?: (name: RequestName) => void | Promise<void>) {
  const said: string[] = [];
  const areas = new Map<string, number | undefined>(names.map(name => [name, 1e9]));
  const request = (async (name: RequestName, body: Body & { consumers?: { spatialLayer: number }[] }) => {
    const layers = body.consumers?.map(({ spatialLayer }) => spatialLayer);
    said.push(
      `${name} ${layers ?? body.consumerIds ?? body.producerIds} ${'paused' in body ? body.paused : ''}`.trim(),
    );
    await answer?.(name);
    const rtpParameters = { encodings: [{ scalabilityMode: 'L3T3' }] };
    const consumers = body.producerIds?.map(producerId => ({
      id: `c-${producerId}`,
      producerId,
      kind: producerId.startsWith('sound') ? 'audio' : 'video',
      rtpParameters,
    }));
    return { consumers, refused: [] };
  }) as SendRequest;
  const subscriptions = new Subscriptions(
    request,
    () => {},
    producer => areas.get(producer),
  );
  subscriptions.want(set(...names));
  const show = (name: string, area: number | undefined) => {
    areas.set(name, area);
    subscriptions.look();
  };
  const news = async () => {
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(0));
    return said.splice(0);
  };
  return { said, subscriptions, show, news };
}

test('M9 says the layer first, pauses what is out of sight, and lets it flow again', async () => {
  const { subscriptions, show, news } = gallery(['a', 'sound']);
  show('a', 100);
  show('sound', 0);
  await subscriptions.attach(world().link());
  expect(await news()).toEqual(['subscribe a,sound', 'setLayers 0', 'pauseConsumers c-a,c-sound false']);
  show('a', 1e9);
  expect(await news()).toEqual(['setLayers 2']);
  show('a', 0);
  expect(await news()).toEqual(['pauseConsumers c-a true']);
  show('a', 100);
  await vi.waitFor(async () => expect(await news()).toContain('pauseConsumers c-a false'));
});

test('M9 what was never in sight never flows, which the server is told, until it is', async () => {
  const { said, subscriptions, show, news } = gallery(['a', 'b']);
  show('b', 0);
  await subscriptions.attach(world().link());
  await vi.waitFor(() => expect(said).toHaveLength(3));
  expect(await news()).toEqual(['subscribe a,b', 'pauseConsumers c-a false', 'pauseConsumers c-b true']);
  show('b', 1e9);
  expect(await news()).toEqual(['pauseConsumers c-b false']);
});

test('M9 what the page has not come to show comes small, without waiting for an answer about that', async () => {
  vi.useFakeTimers();
  try {
    const answer = Promise.withResolvers<void>();
    const { said, subscriptions, show } = gallery(['a'], async name => {
      if (name === 'setLayers') await answer.promise;
    });
    show('a', undefined);
    const attached = subscriptions.attach(world().link());
    await vi.waitFor(() => expect(said).toHaveLength(3));
    expect(said.splice(0)).toEqual(['subscribe a', 'setLayers 0', 'pauseConsumers c-a false']);
    answer.resolve();
    await attached;
    await vi.advanceTimersByTimeAsync(lessAfterMs);
    expect(said.splice(0)).toEqual(['pauseConsumers c-a true']);
    show('a', 1e9);
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(['setLayers 2', 'pauseConsumers c-a false']);
  } finally {
    vi.useRealTimers();
  }
});

test('M9 many that come back do so a few at a time', async () => {
  const names = Array.from({ length: 20 }, (_, place) => `p${place}`);
  const { said, subscriptions, show } = gallery(names);
  await subscriptions.attach(world().link());
  for (const name of names) show(name, 0);
  await vi.waitFor(() => expect(said.at(-1)).toMatch(/true$/));
  said.length = 0;
  for (const name of names) show(name, 1e9);
  await vi.waitFor(() => expect(said).toHaveLength(3));
  expect(said.map(line => line.split(',').length)).toEqual([8, 8, 4]);
});

test('C7 an older server that knows no layers sends what it always did', async () => {
  const { subscriptions, show, news } = gallery(['a'], name => {
    if (name === 'setLayers') throw new RefusalError('bad_request', 'The protocol has no such request.');
  });
  show('a', 100);
  await subscriptions.attach(world().link());
  expect(await news()).toEqual(['subscribe a', 'setLayers 0', 'pauseConsumers c-a false']);
});
