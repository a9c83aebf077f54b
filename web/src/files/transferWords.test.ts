import { FileError, type Transfer, type TransferState } from '@parley/client';
import type { ParticipantId, TransferId } from '@parley/protocol';
import { expect, test } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { fileErrorWords, transferWords } from './transferWords.ts';

const t = await translatorOf('en', 'files');
const words = (direction: Transfer['direction'], state: TransferState) =>
  transferWords(
    {
      id: 'x' as TransferId,
      direction,
      with: { id: 'ada' as ParticipantId, displayName: 'Ada' },
      name: 'a.txt',
      size: 10_000_000,
      state,
    },
    t,
    'en',
  ).replaceAll(/[\u2068\u2069]/g, '');

test('how far a file is reads well on both sides', () => {
  expect(words('send', { status: 'offered' })).toBe('Waiting for Ada to accept.');
  expect(words('receive', { status: 'offered' })).toBe('Ada offers you this file.');
  expect(words('send', { status: 'moving', bytes: 4_000_000, bytesPerSecond: 2_000_000 })).toBe(
    '4 MB of 10 MB · 2 MB per second · 3 seconds left',
  );
  expect(words('send', { status: 'moving', bytes: 0, bytesPerSecond: undefined })).toBe('0 bytes of 10 MB');
  expect(words('send', { status: 'done', blob: undefined })).toBe('Ada has it.');
  expect(words('receive', { status: 'failed', reason: 'noPath' })).toMatch(/^No direct way to Ada was found/);
});

test('what was refused says what to do', () => {
  expect(fileErrorWords(new FileError('too_large', ''), t, 'en')).toBe(
    'This file is larger than 536.9 MB, the most that can be sent. Put it somewhere else and share a link in the chat.',
  );
  expect(fileErrorWords(new Error('Oops'), t, 'en')).toBe('That did not work. Try again.');
});
