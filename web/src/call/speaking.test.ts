import { expect, it } from 'vitest';
import { nextVoice } from './speaking.ts';

it('a voice begins at once and outlasts a short pause', () => {
  let voice = 0;
  const speaks = [0, 0.5, 0.35, 0, 0, 0.35, 0, 0, 0, 0, 0.35].map(level => {
    voice = nextVoice(voice, level);
    return voice > 0;
  });
  expect(speaks).toEqual([false, true, true, true, true, true, true, true, true, false, false]);
});
