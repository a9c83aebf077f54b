import type { CallSnapshot } from '@parley/client';
import { type Rights, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import { mayPublish } from './rights.ts';

const inside = (rights: Rights, media = { audio: true, video: true, screen: true }) =>
  ({ state: { status: 'joined' }, room: { media }, self: { rights } }) as unknown as CallSnapshot;
const { speaker, viewer } = rightsOfRole;

test('one may send what both the room and the rights allow', () => {
  expect(mayPublish(inside(speaker), 'camera')).toBe(true);
  expect(mayPublish(inside(viewer), 'camera')).toBe(false);
  expect(mayPublish(inside({ ...viewer, publish: ['microphone'] }), 'microphone')).toBe(true);
  expect(mayPublish(inside(speaker, { audio: true, video: false, screen: true }), 'camera')).toBe(false);
  expect(mayPublish(inside(speaker, { audio: false, video: true, screen: true }), 'screen-audio')).toBe(
    false,
  );
  expect(mayPublish({ room: undefined, self: undefined }, 'camera')).toBe(false);
});
