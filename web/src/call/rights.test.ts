import type { CallSnapshot } from '@parley/client';
import { type Rights, rightsOfRole } from '@parley/protocol';
import { expect, test, vi } from 'vitest';
import type { Capture, LocalMediaState } from '../devices/localMedia.ts';
import { keepForbiddenOff, mayPublish } from './rights.ts';

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

test('a camera that one may not use is let go of once one is in, however often it comes on', () => {
  const on: Capture = { status: 'on', track: {} as MediaStreamTrack };
  const captures: Pick<LocalMediaState, 'microphone' | 'camera'> = { microphone: on, camera: on };
  const listeners: (() => void)[] = [];
  const subscribe = (listener: () => void) => {
    listeners.push(listener);
    return () => listeners.splice(listeners.indexOf(listener), 1);
  };
  const letGo = vi.fn((kind: 'microphone' | 'camera') => {
    captures[kind] = { status: 'off' };
  });
  let snapshot = { state: { status: 'joining' } } as CallSnapshot;
  const media = { get: () => captures as LocalMediaState, subscribe, letGo };
  const end = keepForbiddenOff({ snapshot: () => snapshot, subscribe }, media);
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };

  changed();
  expect(letGo).not.toHaveBeenCalled();
  snapshot = inside({ ...speaker, publish: ['microphone'] });
  changed();
  captures.camera = on;
  changed();
  expect(letGo.mock.calls).toEqual([['camera'], ['camera']]);
  expect(captures.microphone).toBe(on);
  end();
  expect(listeners).toEqual([]);
});
