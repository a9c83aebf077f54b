import type { ChatEntry } from '@parley/client';
import type { ChatMessageId, ParticipantId } from '@parley/protocol';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';

const noon = new Date(2026, 10, 22, 12).getTime();
let count = 0;
const message = (from: string, minutes: number | undefined): ChatEntry => ({
  id: `${++count}` as ChatMessageId,
  seq: count,
  at: minutes === undefined ? undefined : noon + minutes * 60_000,
  from: from === 'me' ? undefined : { id: from as ParticipantId, displayName: from },
  mine: from === 'me',
  text: 'Hello',
  state: minutes === undefined ? 'sending' : 'sent',
  error: undefined,
});
const shown = (...messages: ChatEntry[]) =>
  rowsOf(messages).map(row => (row.kind === 'day' ? 'day' : row.first ? 'named' : 'below'));

test('what one person writes in a row stands under one name', () => {
  expect(shown(message('ada', 0), message('ada', 1), message('grace', 2), message('me', 2))).toEqual([
    'day',
    'named',
    'below',
    'named',
    'named',
  ]);
});

test('after a while the time is said again', () => {
  expect(shown(message('ada', 0), message('ada', 6))).toEqual(['day', 'named', 'named']);
});

test('every day begins with its name', () => {
  expect(shown(message('ada', 0), message('ada', 24 * 60))).toEqual(['day', 'named', 'day', 'named']);
});

test('what is not sent yet has no day of its own', () => {
  expect(shown(message('me', undefined))).toEqual(['named']);
  expect(shown(message('me', 0), message('me', undefined))).toEqual(['day', 'named', 'below']);
});

test('keys are unique', () => {
  const rows = rowsOf([message('ada', 0), message('ada', 24 * 60), message('ada', undefined)]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});
