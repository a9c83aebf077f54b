import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ParticipantId } from './ids.ts';
import { areSpeakersDue, type Speaker } from './speakers.ts';

test('M12 what changed is said three times a second at most, and what did not every 2 s', () => {
  const ada = { participantId: randomUUID() as ParticipantId, level: 2 };
  const said = { speakers: [ada], at: 1_000 };
  const due = (speakers: Speaker[], at: number) => areSpeakersDue(said, speakers, at);
  expect([due([], 1_333), due([], 1_334), due([{ ...ada, level: 1 }], 1_334)]).toEqual([false, true, true]);
  expect([due([ada], 2_999), due([ada], 3_000)]).toEqual([false, true]);
  expect(areSpeakersDue({ speakers: [], at: 1_000 }, [], 9_000)).toBe(false);
});
