import { describe, expect, it } from 'vitest';
import { soundConstraints, unheeded, usualSound } from './sound.ts';

describe('soundConstraints', () => {
  it('ask for every filter, as long as nothing else is wished', () =>
    expect(soundConstraints(usualSound)).toEqual({
      noiseSuppression: { ideal: true },
      echoCancellation: { ideal: true },
      autoGainControl: { ideal: true },
    }));

  it('ask for stereo without filters for music', () =>
    expect(soundConstraints({ ...usualSound, music: true })).toEqual({
      noiseSuppression: { ideal: false },
      echoCancellation: { ideal: false },
      autoGainControl: { ideal: false },
      channelCount: { ideal: 2 },
    }));
});

describe('unheeded', () => {
  it('names what the browser does otherwise', () =>
    expect(
      unheeded(
        { ...usualSound, noiseSuppression: false },
        { noiseSuppression: true, autoGainControl: false },
      ),
    ).toEqual(['noiseSuppression', 'autoGainControl']));

  it('takes a named way of cancelling echo for yes', () =>
    expect(unheeded(usualSound, { echoCancellation: 'all' })).toEqual([]));

  it('says nothing of what the browser does not speak of', () =>
    expect(unheeded({ ...usualSound, music: true }, {})).toEqual([]));
});
