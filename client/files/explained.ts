import type { FileStep } from './peer.ts';
import type { Transfer } from './types.ts';

/** A transfer that is over, after what the other side says: a connection that closes may be heard of before the signal that says why. */
export function explained(transfer: Transfer, { step }: FileStep): Transfer {
  const { direction, state } = transfer;
  if (state.status !== 'failed' || state.reason !== 'lost') return transfer;
  if (step === 'cancel') return { ...transfer, state: { status: 'failed', reason: 'cancelledByOther' } };
  if (step !== 'received' || direction !== 'send') return transfer;
  return { ...transfer, state: { status: 'done', blob: undefined } };
}
