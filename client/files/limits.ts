import { maxFileBytes } from '@parley/protocol';
import { FileError, type Transfer } from './types.ts';

/** So many of one's own files may be on their way or waiting for an answer. */
export const maxOwn = 40;
/** So many unanswered offers of one person, and of all, are kept; further ones are declined. */
export const maxOffersOfOne = 5;
export const maxOffers = 20;
/** So many files are sent at a time, where others wait for their turn, and so many received, where one is told to wait. */
export const maxSending = 3;
export const maxReceiving = 3;
/** So many that failed or were sent are still shown. */
export const maxOver = 100;
/** So much may be received and held at a time, in bytes. */
export const maxHeldBytes = 4 * maxFileBytes;

type Known = Pick<Transfer, 'direction' | 'with' | 'size' | 'state'>;

export function isOver({ state }: Pick<Transfer, 'state'>): boolean {
  return state.status === 'done' || state.status === 'failed';
}

/** Whether it is being sent or received, or a way is being looked for. */
function isUnderWay({ state }: Known): boolean {
  return state.status === 'connecting' || state.status === 'moving';
}

/** @throws FileError if a file of `size` bytes cannot be offered to `count` more people */
export function checkOffer(transfers: readonly Known[], count: number, size: number): void {
  if (size > maxFileBytes) {
    const [mib, most] = [size, maxFileBytes].map(bytes => Math.ceil(bytes / 1024 ** 2));
    throw new FileError('too_large', `This file has ${mib} MiB; ${most} MiB can be sent.`);
  }
  if (count === 0) throw new FileError('nobody', 'There is nobody to send it to.');
  const own = transfers.filter(one => one.direction === 'send' && !isOver(one)).length;
  if (own + count > maxOwn) {
    throw new FileError(
      'limit_reached',
      `At most ${maxOwn} files can be on their way. Wait until some are there.`,
    );
  }
}

/** Whether one more offer of this person is shown. */
export function mayOffer(transfers: readonly Known[], from: Transfer['with']['id']): boolean {
  const open = transfers.filter(one => one.direction === 'receive' && !isOver(one));
  return open.length < maxOffers && open.filter(one => one.with.id === from).length < maxOffersOfOne;
}

/** The oldest of those that are over and hold nothing, as far as they are too many: others may offer and take back without end. */
export function outdated<T extends Pick<Transfer, 'direction' | 'state'>>(transfers: readonly T[]): T[] {
  const over = transfers.filter(
    one => isOver(one) && !(one.direction === 'receive' && one.state.status === 'done'),
  );
  return over.slice(0, Math.max(0, over.length - maxOver));
}

/** @throws FileError if a file of `size` bytes cannot be received now */
export function checkAccept(transfers: readonly Known[], size: number): void {
  const received = transfers.filter(({ direction }) => direction === 'receive');
  if (received.filter(isUnderWay).length >= maxReceiving) {
    throw new FileError('limit_reached', 'Other files are being received. Wait until one is there.');
  }
  const held = received
    .filter(one => isUnderWay(one) || one.state.status === 'done')
    .reduce((sum, one) => sum + one.size, 0);
  if (held + size > maxHeldBytes) {
    throw new FileError('no_space', 'Save the files that are there and remove them from the list first.');
  }
}
