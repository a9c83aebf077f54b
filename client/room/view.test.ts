import { expect, test } from 'vitest';
import { participant, producer } from './fixtures.ts';
import { viewOthers, viewSent } from './view.ts';

const track = (name: string) => ({ name }) as unknown as MediaStreamTrack;
const tracks: Record<string, MediaStreamTrack> = { cam: track('cam'), mic: track('mic') };
const trackOf = (id: string) => tracks[id];
const people = [
  participant('ann', producer('cam'), producer('mic', 'microphone', true)),
  participant('bob', producer('new')),
];

test('shows the others and what they send', () => {
  expect(viewOthers([], people, trackOf)).toEqual([
    {
      id: 'ann',
      displayName: 'ann',
      role: 'speaker',
      connected: true,
      media: {
        camera: { track: tracks.cam, paused: false },
        microphone: { track: tracks.mic, paused: true },
      },
    },
    {
      id: 'bob',
      displayName: 'bob',
      role: 'speaker',
      connected: true,
      media: { camera: { track: undefined, paused: false } },
    },
  ]);
});

test('is the same list while nothing changes, however the state came', () => {
  const before = viewOthers([], people, trackOf);
  expect(viewOthers(before, structuredClone(people), trackOf)).toBe(before);
});

test('only what changed is new', () => {
  const before = viewOthers([], people, trackOf);
  const after = viewOthers(before, people, id => (id === 'new' ? tracks.cam : trackOf(id)));
  expect(after).not.toBe(before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]?.media.camera?.track).toBe(tracks.cam);

  const muted = viewOthers(
    after,
    [participant('ann', producer('cam', 'camera', true), producer('mic', 'microphone', true))],
    trackOf,
  );
  expect(muted).toHaveLength(1);
  expect(muted[0]?.media.microphone).toBe(before[0]?.media.microphone);
  expect(muted[0]?.media.camera).toEqual({ track: tracks.cam, paused: true });
});

test("one's own media keeps its objects too", () => {
  const cam = track('own');
  const before = viewSent({}, [['camera', { track: cam, paused: false }]]);
  expect(viewSent(before, [['camera', { track: cam, paused: false }]])).toBe(before);
  expect(viewSent(before, [['camera', { track: cam, paused: true }]])).toEqual({
    camera: { track: cam, paused: true },
  });
  expect(viewSent(before, [])).toEqual({});
});

test('a camera that is left out says so, and is another object then', () => {
  const before = viewOthers([], people, trackOf);
  const now = viewOthers(before, people, trackOf, ({ source }) => source === 'camera');
  expect(now[0]?.media.camera).toEqual({ track: tracks.cam, paused: false, leftOut: true });
  expect(now[0]?.media.microphone).toBe(before[0]?.media.microphone);
  expect(viewOthers(now, people, trackOf)[0]?.media.camera).toEqual({ track: tracks.cam, paused: false });
});
