import { RefusalError } from '@parley/protocol';
import { expect, test } from 'vitest';
import { Moderator } from './moderator.ts';

test.each([{ action: 'endMeeting' }, { action: 'lock', locked: true }] as const)(
  'that $action failed is said, and no more once it worked',
  async moderation => {
    const refusals = [new RefusalError('unavailable', 'Try again in a few seconds.')];
    const moderator = new Moderator({
      moderate: async () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
    });
    moderator.decide(moderation);
    await expect.poll(() => moderator.problem.get()).toBe('Try again in a few seconds.');
    moderator.decide(moderation);
    expect(moderator.problem.get()).toBeUndefined();
  },
);
