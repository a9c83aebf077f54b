import type { CallSnapshot } from '@parley/client';
import { type Rights, rightsOfRole } from '@parley/protocol';
import { expect, test, vi } from 'vitest';
import type { Capture, LocalMediaState } from '../devices/localMedia.ts';
import type { ScreenShareState } from '../devices/screenShare.ts';
import { Store } from '../state/store.ts';
import { keepForbiddenOff } from './rights.ts';

const inside = (rights: Rights, media = { audio: true, video: true, screen: true }) =>
  ({ state: { status: 'joined' }, room: { media }, self: { rights } }) as unknown as CallSnapshot;
const { speaker } = rightsOfRole;

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
  const screen = { get: () => ({ status: 'off' }) as const, subscribe, stop: () => {} };
  const end = keepForbiddenOff({ snapshot: () => snapshot, subscribe }, media, screen);
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

test.each<[string, CallSnapshot]>([
  ['that one may no longer show', inside({ ...speaker, publish: ['microphone'] })],
  ['of a call that is over', { state: { status: 'ended', reason: 'left' } } as CallSnapshot],
])('a screen %s is not captured any more', (_, after) => {
  const off: Capture = { status: 'off' };
  const media = {
    get: () => ({ microphone: off, camera: off }) as LocalMediaState,
    subscribe: () => () => {},
  };
  const call = new Store(inside(speaker));
  const share = new Store<ScreenShareState>({ status: 'off' });
  const screen = { get: share.get, subscribe: share.subscribe, stop: () => share.set({ status: 'off' }) };
  keepForbiddenOff({ snapshot: call.get, subscribe: call.subscribe }, { ...media, letGo: () => {} }, screen);

  const on: ScreenShareState = { status: 'on', video: {} as MediaStreamTrack, audio: undefined };
  share.set(on);
  expect(screen.get()).toBe(on);
  call.set(after);
  expect(screen.get().status).toBe('off');
  share.set({ status: 'choosing' });
  expect(screen.get().status).toBe('off');
});
