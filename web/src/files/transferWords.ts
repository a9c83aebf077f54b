import { FileError, type Transfer } from '@parley/client';
import { maxFileBytes } from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';
import { isolated } from '../stage/isolated.ts';
import { sizeOf, timeLeft } from './sizes.ts';

type Words = Translate<'files'>;

/** How far a file is, in a sentence. */
export function transferWords(transfer: Transfer, t: Words, language: string): string {
  const { direction, state, size } = transfer;
  const name = isolated(transfer.with.displayName);
  switch (state.status) {
    case 'offered':
      return direction === 'send' ? t('waits', { name }) : t('offers', { name });
    case 'connecting':
      return t('connecting', { name });
    case 'moving': {
      const left = timeLeft(size - state.bytes, state.bytesPerSecond, language);
      return [
        t('moved', { bytes: sizeOf(state.bytes, language), size: sizeOf(size, language) }),
        state.bytesPerSecond && t('speed', { bytes: sizeOf(Math.round(state.bytesPerSecond), language) }),
        left && t('left', { time: left }),
      ]
        .filter(Boolean)
        .join(' · ');
    }
    case 'done':
      return direction === 'send' ? t('arrived', { name }) : t('received', { name });
    case 'failed':
      return t(`failed.${state.reason}`, { name });
  }
}

/** Why a file was not offered or accepted, and what to do. */
export function fileErrorWords(error: unknown, t: Words, language: string): string {
  if (!(error instanceof FileError)) return t('error.other');
  return t(`error.${error.code}`, { size: sizeOf(maxFileBytes, language) });
}
