import type { ProducerId, RemoteProducer } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, expect, it } from 'vitest';
import { call, openSession, startSfu, type TestSfu } from '../test-sfu.ts';
import { hears, listen, type Session, Speaker } from '../test-talk.ts';

afterAll(() => cleanup());

/** Where a producer is that a session sends. */
function at({ sfu, settings }: TestSfu, { generation, participant }: Session, producer: ProducerId) {
  const { instance, controlUrl } = sfu;
  const place = { pod: settings.pod, instance, controlUrl };
  const remote: RemoteProducer = {
    producerId: producer,
    participant,
    source: 'microphone',
    generation,
    sfu: place,
  };
  return [remote];
}

it('sound goes from one SFU to another, over one pipe whoever listens, and the pipe goes with the last of them', async () => {
  await using one = await startSfu();
  await using other = await startSfu();
  const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
  const speaking = await openSession(near);
  const listening = await openSession(far, speaking.room);
  const too = await openSession(far, speaking.room);
  using speaker = await Speaker.start(near, speaking, 4711);
  const elsewhere = at(one, speaking, speaker.producer);
  using first = await listen(far, listening, speaker.producer, elsewhere);
  using second = await listen(far, too, speaker.producer, elsewhere);
  await Promise.all([hears(first, speaker), hears(second, speaker)]);
  const described = async (base: string) => (await call(base, 'describe', {}, {})).rooms[0];
  expect(await described(near)).toMatchObject({ outgoingPipes: 1, incomingPipes: 0 });
  expect(await described(far)).toMatchObject({ outgoingPipes: 0, incomingPipes: 1 });

  await call(far, 'closeParticipant', listening.params, {});
  await hears(second, speaker);
  await call(far, 'closeParticipant', too.params, {});
  await eventually('the pipe to be gone', async () => (await described(near))?.outgoingPipes === 0);
  expect(await described(far)).toMatchObject({ incomingPipes: 0 });
});
