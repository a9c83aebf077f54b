import { expect, test } from 'vitest';
import { Demand } from './demand.ts';
import { newParticipant, newProducer } from './test-sfu.ts';

/** A camera in three layers that two may watch. */
function world() {
  const demand = new Demand();
  const [camera, ann] = [newProducer(), newParticipant()];
  demand.add(camera, ann, 3);
  const said = () => demand.take().map(({ layers }) => layers);
  return { demand, camera, ann, said, ben: {}, cyd: {} };
}

test('M10 says that nobody watches, once', () => {
  const { said } = world();
  expect([said(), said()]).toEqual([[0], []]);
});

test('M10 wants what the largest picture takes, and nothing that nobody sees', () => {
  const { demand, camera, said, ben, cyd } = world();
  demand.wish(camera, ben, 1);
  expect(said()).toEqual([1]);
  demand.wish(camera, cyd, 3);
  expect(said()).toEqual([3]);
  demand.wish(camera, ben, 2);
  expect(said()).toEqual([]);
  demand.wish(camera, cyd, 1);
  expect(said()).toEqual([2]);
  demand.wish(camera, ben, undefined);
  expect(said()).toEqual([1]);
  demand.wish(camera, cyd, 0);
  expect([said(), demand.isWatched(camera)]).toEqual([[0], false]);
});

test('a wish for more layers than there are is one for all', () => {
  const { demand, camera, said, ben } = world();
  said();
  demand.wish(camera, ben, Number.POSITIVE_INFINITY);
  expect(said()).toEqual([3]);
  expect(demand.layers).toEqual({ sent: 3, watched: 3 });
});

test('M10 each thing said is newer than what was said before, also by the answer to a question', () => {
  const { demand, camera, ann, ben } = world();
  const first = demand.take()[0]?.revision ?? 0;
  demand.wish(camera, ben, 2);
  const [asked] = demand.of(ann);
  expect(asked).toMatchObject({ producerId: camera, layers: 2 });
  expect(asked?.revision).toBeGreaterThan(first);
  expect([demand.take(), demand.of(newParticipant())]).toEqual([[], []]);
});

test('M10 sound is wanted, also by nobody, unless all who have it have paused it', () => {
  const { demand, ann, camera, ben, cyd, said } = world();
  const microphone = newProducer();
  demand.remove(camera);
  demand.add(microphone, ann, 1, 'audio');
  expect([said(), demand.isWatched(microphone)]).toEqual([[], true]);
  demand.wish(microphone, ben, 1);
  demand.wish(microphone, cyd, 0);
  expect(said()).toEqual([]);
  demand.wish(microphone, ben, 0);
  expect([said(), demand.isWatched(microphone)]).toEqual([[0], false]);
  expect(demand.layers).toEqual({ sent: 0, watched: 0 });
  demand.wish(microphone, cyd, undefined);
  demand.wish(microphone, ben, undefined);
  expect(said()).toEqual([1]);
});

test('what is gone is forgotten', () => {
  const { demand, camera, ann, ben } = world();
  demand.remove(camera);
  demand.wish(camera, ben, 2);
  expect([demand.take(), demand.of(ann), demand.isWatched(camera)]).toEqual([[], [], true]);
});
