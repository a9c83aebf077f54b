import type { MediaGeneration, MediaLossId, Participant } from '@parley/protocol';
import { expect, test } from 'vitest';
import { participant, producer } from '../room/fixtures.ts';
import { hold, holdMs } from './held.ts';

const [first, second] = ['g1' as MediaGeneration, 'g2' as MediaGeneration];
const [camera, microphone] = [producer('c', 'camera'), producer('m', 'microphone')];
const ben = (...producers: Participant['producers']) => participant('ben', ...producers);
const before = hold(undefined, first, ben(camera, microphone), 0);

test('D6 what an SFU lost is still shown until it is published anew', () => {
  const lost = hold(before, second, ben(), 1_000);
  expect(lost.kept).toEqual([camera, microphone]);
  const anew = producer('c2', 'camera');
  expect(hold(lost, second, ben(anew), 2_000)).toMatchObject({ producers: [anew], kept: [microphone] });
});

test('D6 what one participant lost, too', () => {
  const lost = { ...ben(), loss: 'l1' as MediaLossId };
  expect(hold(before, first, lost, 1_000).kept).toEqual([camera, microphone]);
});

test('D6 what was ended is not shown, whoever ended it', () => {
  expect(hold(before, first, ben(microphone), 1_000).kept).toEqual([]);
  const lost = hold(before, second, ben(), 1_000);
  expect(hold(lost, second, ben(), 1_000 + holdMs).kept).toEqual([]);
});

test('of two media that a room moves between, nothing is missing', () => {
  const moved = hold(before, second, ben(camera, microphone, producer('c2', 'camera')), 1_000);
  expect(moved.kept).toEqual([]);
});

test('D6 who loses it again and again is shown no longer for that', () => {
  let held = hold(undefined, first, ben(camera), 0);
  for (const now of [1_000, 9_000, 15_500]) {
    held = hold(held, first, { producers: [], loss: `loss-${now}` as MediaLossId }, now);
    expect(held.kept).toEqual([camera]);
  }
  expect(hold(held, first, { producers: [], loss: 'last' as MediaLossId }, 1_000 + holdMs).kept).toEqual([]);
});
