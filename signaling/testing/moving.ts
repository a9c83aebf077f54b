import { randomUUID } from 'node:crypto';
import type { MediaGeneration, ProducerId, Response } from '@parley/protocol';
import { expect } from 'vitest';
import type { TestClient } from './client.ts';
import { opus } from './rtp.ts';

/** For those who know that rooms move. */
export const moves = { auth: { version: 2, revision: 1 } };

/** For those who know that several SFUs may carry a room. */
export const several = { auth: { version: 2, revision: 3 } };

/** Somebody in a room that moves. */
interface Mover {
  readonly client: TestClient;
  readonly joined: Response<'join'>;
}

/** They send a microphone by the media of this generation; resolves once the room knows. */
export async function publishTo({ client }: Mover, generation: MediaGeneration): Promise<ProducerId> {
  const producerId = randomUUID() as ProducerId;
  const request = { producerId, source: 'microphone', rtpParameters: opus(), generation } as const;
  await client.get('publish', request);
  return producerId;
}

/** They receive this producer by the media of this generation. */
export async function receives(
  { client, joined }: Mover,
  producerId: ProducerId,
  generation: MediaGeneration,
): Promise<void> {
  const { routerRtpCapabilities: rtpCapabilities } = joined.media;
  const request = { producerIds: [producerId], rtpCapabilities, generation };
  const { consumers, refused } = await client.get('subscribe', request);
  expect(refused).toEqual([]);
  expect(consumers).toMatchObject([{ producerId }]);
  const consumerIds = consumers.map(({ id }) => id);
  await client.get('pauseConsumers', { consumerIds, paused: false, generation });
}

/** They hear that the room moved from `from`, and open their media there. */
export async function follow({ client }: Mover, from: MediaGeneration): Promise<MediaGeneration> {
  const moved = await client.moved(from);
  const { generation } = await client.get('renewMedia', {});
  expect(generation).toBe(moved.generation);
  return generation;
}
