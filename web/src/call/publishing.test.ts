import { describe, expect, it } from 'vitest';
import { nextStep } from './publishing.ts';

// The decision only compares tracks.
const track = { id: 'one' } as MediaStreamTrack;
const other = { id: 'other' } as MediaStreamTrack;

describe('nextStep', () => {
  it('publishes what is not sent yet', () =>
    expect(nextStep('camera', { track, paused: false }, undefined)).toEqual({
      do: 'publish',
      source: 'camera',
      track,
    }));

  it('does not begin with something muted', () =>
    expect(nextStep('microphone', { track, paused: true }, undefined)).toBeUndefined());

  it('replaces the track when the device changed', () =>
    expect(nextStep('camera', { track: other, paused: false }, { track, paused: false })).toEqual({
      do: 'publish',
      source: 'camera',
      track: other,
    }));

  it.each([true, false])('sets paused to %s', paused =>
    expect(nextStep('microphone', { track, paused }, { track, paused: !paused })).toEqual({
      do: 'setPaused',
      source: 'microphone',
      paused,
    }),
  );

  it('ends what is no longer wanted', () =>
    expect(nextStep('camera', undefined, { track, paused: false })).toEqual({
      do: 'unpublish',
      source: 'camera',
    }));

  it('rests when all is as wished', () => {
    expect(nextStep('camera', { track, paused: false }, { track, paused: false })).toBeUndefined();
    expect(nextStep('camera', undefined, undefined)).toBeUndefined();
  });
});
