import type { MediaGeneration, ProducerId, RequestName } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import { expect, test } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import type { Publisher } from './link.ts';
import { Publications } from './publications.ts';

/** A link on which everything works, and what is asked of the server. */
function world() {
  const said: RequestName[] = [];
  const request = (async (name: RequestName) => {
    said.push(name);
    return {};
  }) as SendRequest;
  const ids: ProducerId[] = [];
  const link = {
    generation: 'g1' as MediaGeneration,
    closed: false,
    produce: async ({ id, track, paused }: Parameters<Publisher['produce']>[0]) => {
      ids.push(id);
      return { id, track, paused, pause: () => {}, close: () => {} } as unknown as types.Producer;
    },
  } as unknown as Publisher;
  const publications = new Publications(request, () => {});
  publications.attach(link);
  const track = (kind: string) =>
    Object.assign(new EventTarget(), { kind, readyState: 'live' }) as unknown as MediaStreamTrack;
  const sources = () => [...publications.sent()].map(([source]) => source);
  return { publications, said, ids, track, sources };
}

test('O11 a share that a moderator ended is not sent any more, while the microphone is', async () => {
  const { publications, said, ids, track, sources } = world();
  await publications.publish('microphone', track('audio'));
  await publications.publish('screen', track('video'));
  const [, share] = ids;
  if (!share) throw new Error('nothing was shared');
  publications.end('another' as ProducerId);
  expect(sources()).toEqual(['microphone', 'screen']);
  publications.end(share);
  expect(sources()).toEqual(['microphone']);
  // The server closed it already, and an `unpublish` that comes late changes nothing.
  await publications.unpublish('screen');
  expect(said).toEqual(['unpublish']);
  await publications.publish('screen', track('video'));
  publications.end(share);
  expect(sources()).toEqual(['microphone', 'screen']);
});
