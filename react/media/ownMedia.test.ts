import type { CallSnapshot, SentMedia } from '@parley/client';
import { type MediaSource, RefusalError, rightsOfRole } from '@parley/protocol';
import { expect, it, vi } from 'vitest';
import type { Captured, capture, OwnSource } from './capture.ts';
import { OwnMedia } from './ownMedia.ts';

/** As much of a track as is looked at; there are none outside of browsers. */
class Track extends EventTarget {
  enabled = true;
  readyState = 'live';
  contentHint = '';
  stop() {
    this.readyState = 'ended';
  }
}
const track = () => new Track() as unknown as MediaStreamTrack;

/** A call that takes everything at once, or refuses it. */
function callOf({ refuses }: { refuses?: RefusalError } = {}) {
  const sent = new Map<MediaSource, SentMedia>();
  const listeners = new Set<() => void>();
  let status: CallSnapshot['state']['status'] = 'joined';
  let rights = rightsOfRole.speaker;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const set = (source: MediaSource, media: SentMedia | undefined) => {
    if (media) sent.set(source, media);
    else sent.delete(source);
    tell();
  };
  return {
    sent,
    listeners,
    set,
    demote() {
      rights = rightsOfRole.viewer;
      tell();
    },
    end() {
      status = 'ended';
      tell();
    },
    call: {
      snapshot: () =>
        ({
          state: { status },
          room: { media: { audio: true, video: true, screen: true } },
          self: { rights, media: Object.fromEntries(sent) },
        }) as unknown as CallSnapshot,
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async publish(source: MediaSource, one: MediaStreamTrack) {
        if (refuses) throw refuses;
        set(source, { track: one, paused: false });
      },
      async unpublish(source: MediaSource) {
        set(source, undefined);
      },
      async setPaused(source: MediaSource, paused: boolean) {
        const media = sent.get(source);
        if (media) set(source, { ...media, paused });
      },
    },
  };
}

const capturing = (captured: Captured) => vi.fn<typeof capture>(async () => captured);

it('sends what is turned on, and lets go of a camera that is turned off', async () => {
  const { call, sent, listeners } = callOf();
  const camera = track();
  const own = new OwnMedia(call, capturing({ camera }));
  await own.turn('camera', true);
  expect(own.get().camera).toEqual({ status: 'on', track: camera });
  expect(sent.get('camera')).toEqual({ track: camera, paused: false });

  await own.turn('camera', false);
  expect(camera.readyState).toBe('ended');
  expect([...sent]).toEqual([]);
  expect(listeners.size).toBe(0);
});

it('keeps a muted microphone, and asks for it only once', async () => {
  const { call, sent } = callOf();
  const microphone = track();
  const capture = capturing({ microphone });
  const own = new OwnMedia(call, capture);
  await own.turn('microphone', true);
  await own.turn('microphone', false);
  expect(microphone).toMatchObject({ enabled: false, readyState: 'live' });
  expect(sent.get('microphone')?.paused).toBe(true);

  await own.turn('microphone', true);
  expect(microphone.enabled).toBe(true);
  expect(sent.get('microphone')?.paused).toBe(false);
  expect(own.get().microphone.status).toBe('on');
  expect(capture).toHaveBeenCalledOnce();
});

it.each(['microphone', 'camera'] as const)('is off when a moderator has muted the %s', async source => {
  const { call, sent, set } = callOf();
  const one = track();
  const own = new OwnMedia(call, capturing({ [source]: one }));
  await own.turn(source, true);
  set(source, { track: one, paused: true });
  expect(own.get()[source]).toEqual({ status: 'off' });

  await own.turn(source, true);
  expect(own.get()[source].status).toBe('on');
  expect(sent.get(source)?.paused).toBe(false);
});

it('lets go of everything when the call is over', async () => {
  const { call, end, listeners } = callOf();
  const [screen, sound] = [track(), track()];
  const own = new OwnMedia(call, capturing({ screen, 'screen-audio': sound }));
  await own.turn('screen', true);
  end();
  expect([screen.readyState, sound.readyState]).toEqual(['ended', 'ended']);
  expect(listeners.size).toBe(0);
});

it('takes nothing that comes after it was turned off again', async () => {
  const { call, sent } = callOf();
  const camera = track();
  const asked = Promise.withResolvers<Captured>();
  const own = new OwnMedia(call, () => asked.promise);
  const on = own.turn('camera', true);
  expect(own.get().camera).toEqual({ status: 'starting' });
  await own.turn('camera', false);
  asked.resolve({ camera });
  await on;
  expect(camera.readyState).toBe('ended');
  expect([...sent]).toEqual([]);
  expect(own.get().camera).toEqual({ status: 'off' });
});

it.each<[OwnSource, string, object]>([
  ['camera', 'NotAllowedError', { status: 'failed', problem: 'denied' }],
  ['microphone', 'NotFoundError', { status: 'failed', problem: 'missing' }],
  // They chose no screen.
  ['screen', 'NotAllowedError', { status: 'off' }],
])('says why the %s does not come: %s', async (source, name, expected) => {
  const own = new OwnMedia(callOf().call, async () => {
    throw new DOMException('…', name);
  });
  await own.turn(source, true);
  expect(own.get()[source]).toEqual(expected);
});

it('says why the server does not take it, and lets go of it', async () => {
  const error = new RefusalError('forbidden', 'You may not send pictures in this meeting.');
  const camera = track();
  const own = new OwnMedia(callOf({ refuses: error }).call, capturing({ camera }));
  await own.turn('camera', true);
  expect(own.get().camera).toEqual({ status: 'refused', error });
  expect(camera.readyState).toBe('ended');
});

it('says that a device was unplugged, and takes the end of a screen as meant', async () => {
  const { call } = callOf();
  const [camera, screen] = [track(), track()];
  const own = new OwnMedia(call, async source => (source === 'camera' ? { camera } : { screen }));
  await own.turn('camera', true);
  await own.turn('screen', true);
  camera.dispatchEvent(new Event('ended'));
  screen.dispatchEvent(new Event('ended'));
  expect(own.get()).toMatchObject({
    camera: { status: 'failed', problem: 'missing' },
    screen: { status: 'off' },
  });
});

it('lets go of what one may not send any more, and of a share that a moderator ended', async () => {
  const { call, demote, set, listeners } = callOf();
  const [microphone, camera, screen] = [track(), track(), track()];
  const own = new OwnMedia(call, async source => ({ [source]: { microphone, camera, screen }[source] }));
  for (const source of ['microphone', 'camera', 'screen'] as const) await own.turn(source, true);
  await own.turn('microphone', false);
  set('screen', undefined);
  expect([screen.readyState, camera.readyState, microphone.readyState]).toEqual(['ended', 'live', 'live']);
  demote();
  expect([camera.readyState, microphone.readyState]).toEqual(['ended', 'ended']);
  expect(own.get()).toEqual({
    microphone: { status: 'off' },
    camera: { status: 'off' },
    screen: { status: 'off' },
  });
  expect(listeners.size).toBe(0);
});
