import { RoomKey } from '@parley/protocol';
import { type Room, RoomSpec } from '@parley/resources';
import { expect, test } from 'vitest';
import type { Sfu } from '../pool/view.ts';
import { makeSfu } from '../test/make.ts';
import { toPlacement } from './decision.ts';

const metadata = { name: 'pair', namespace: 'default', uid: '5b1f6f7e-3c1d-4a0e-9c7b-3d4a8c2b9f10' };
const placed = (spec: object, sfu: Sfu = makeSfu('a', 1), further: Sfu[] = []) =>
  toPlacement({ metadata } as Room, RoomKey.parse('default/pair'), {
    state: 'placed',
    spec: RoomSpec.parse(spec),
    sfu,
    further,
    lacks: false,
    turnUrls: [],
    degradation: undefined,
  });

test('media goes directly between two unless the room wants it through the SFU', () => {
  expect(placed({})).toMatchObject({ direct: true, maxParticipants: 50 });
  expect(placed({ topology: 'P2P' })).toMatchObject({ direct: true, maxParticipants: 2 });
  expect(placed({ topology: 'SFU' })).toMatchObject({ direct: false, maxParticipants: 50 });
});

test('where an SFU is reached through relays only, nothing goes directly', () => {
  const hidden = makeSfu('b', 1, { relayOnly: true });
  expect(placed({ topology: 'P2P' }, hidden)).toMatchObject({ direct: false, relayOnly: true });
  expect(placed({}, makeSfu('a', 1), [hidden])).toMatchObject({ direct: false, relayOnly: true });
});
