import type { Participant, ParticipantId, RoomSnapshot } from '@parley/protocol';
import { expect, test } from 'vitest';
import { participant } from '../room/fixtures.ts';
import { pairOf } from './pair.ts';

const [ada, ben] = ['ada' as ParticipantId, 'ben' as ParticipantId];
const one = (id: string, more: Partial<Participant> = {}) => ({
  ...participant(id),
  direct: true as const,
  ...more,
});
const room = (...participants: Participant[]) => ({ participants }) as RoomSnapshot;

test('D3 two who are alone are a pair, and who came later begins', () => {
  const both = room(one('ada'), one('ben'));
  expect(pairOf(both, ada, undefined)).toEqual({ other: ben, begins: false });
  expect(pairOf(both, ben, undefined)).toEqual({ other: ada, begins: true });
});

test.each([
  ['before there is a state', undefined],
  ['alone', room(one('ada'))],
  ['with a third', room(one('ada'), one('ben'), one('cyd'))],
  ['with a third who may come back', room(one('ada'), one('ben'), one('cyd', { connected: false }))],
  ['with one who cannot be reached directly', room(one('ada'), participant('ben'))],
  ['if one cannot be reached oneself', room(participant('ada'), one('ben'))],
  ['of others', room(one('cyd'), one('ben'))],
])('D3 nobody is a pair %s', (_, state) => {
  expect(pairOf(state, ada, undefined)).toBeUndefined();
});

test('D3 a link outlasts that the other is away from signaling, but none begins then', () => {
  const away = room(one('ada'), one('ben', { connected: false }));
  expect(pairOf(away, ada, undefined)).toBeUndefined();
  expect(pairOf(away, ada, ben)).toEqual({ other: ben, begins: false });
});
