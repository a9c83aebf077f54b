import type { ParticipantId, TransferId } from '@parley/protocol';
import { expect, test } from 'vitest';
import { explained } from './explained.ts';
import type { Transfer, TransferState } from './types.ts';

const over = (direction: Transfer['direction'], state: TransferState): Transfer => ({
  id: 'x' as TransferId,
  direction,
  with: { id: 'ada' as ParticipantId, displayName: 'Ada' },
  name: 'a.txt',
  size: 1,
  state,
});
const lost: TransferState = { status: 'failed', reason: 'lost' };

test('what was lost turns out to be cancelled, or to have arrived', () => {
  expect(explained(over('send', lost), { step: 'cancel' }).state).toEqual({
    status: 'failed',
    reason: 'cancelledByOther',
  });
  expect(explained(over('send', lost), { step: 'received' }).state.status).toBe('done');
});

test('what is over for another reason stays so, and only a receiver can have received', () => {
  const declined = over('send', { status: 'failed', reason: 'declined' });
  expect(explained(declined, { step: 'received' })).toBe(declined);
  const receiving = over('receive', lost);
  expect(explained(receiving, { step: 'received' })).toBe(receiving);
  expect(explained(receiving, { step: 'accept' })).toBe(receiving);
});
