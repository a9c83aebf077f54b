import { type Moderation, type ParticipantId, RefusalError } from '@parley/protocol';
import { expect, test } from 'vitest';
import { Moderator } from './moderator.ts';

const unavailable = new RefusalError('unavailable', 'Try again in a few seconds.');

test.each([{ action: 'endMeeting' }, { action: 'lock', locked: true }] as const)(
  'that $action failed is known, and no more once it worked',
  async moderation => {
    const refusals = [unavailable];
    const moderator = new Moderator({
      moderate: async () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
    });
    moderator.decide(moderation);
    await expect.poll(() => moderator.problem.get()).toEqual({ error: unavailable });
    moderator.decide(moderation);
    expect(moderator.problem.get()).toBeUndefined();
  },
);

test('several decisions are carried out one after the other, up to the first that fails', async () => {
  const lower = (id: string): Moderation => ({ action: 'lowerHand', participantId: id as ParticipantId });
  const asked: Moderation[] = [];
  const moderator = new Moderator({
    moderate: async moderation => {
      asked.push(moderation);
      if (asked.length === 2) throw unavailable;
    },
  });
  moderator.decide(lower('a'), lower('b'), lower('c'));
  await expect.poll(() => moderator.problem.get()).toEqual({ error: unavailable });
  expect(asked).toEqual([lower('a'), lower('b')]);
});
