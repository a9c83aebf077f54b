import type { ParticipantId } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { Member } from '../connection/caller.ts';
import { readyPlacement } from '../testing/rooms.ts';
import { LocalRooms } from './local-rooms.ts';

test('a member who is removed twice takes nobody along', () => {
  const rooms = new LocalRooms();
  const placement = readyPlacement();
  const enter = (id: string) => {
    const member = { id: id as ParticipantId, room: rooms.of(placement) } as Member;
    rooms.add(member);
    return member;
  };
  const ada = enter('ada');
  rooms.remove(ada);
  const grace = enter('grace');
  rooms.remove(ada);
  expect(rooms.byUid(placement.uid)?.members).toEqual(new Set([grace]));
  expect(rooms.byKey(placement.key)).toHaveLength(1);
  rooms.remove(grace);
  expect(rooms.all()).toEqual([]);
});
