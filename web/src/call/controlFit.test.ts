import { describe, expect, it } from 'vitest';
import { controlsInBar, placesIn } from './controlFit.ts';

describe('the control bar', () => {
  it.each([
    [320, 3],
    [360, 4],
    [430, 5],
    [700, 8],
    [1280, 10],
  ])('of %i px has %i places', (width, places) => expect(placesIn(width)).toBe(places));

  it.each([320, 360, 390, 480, 599])('fits into %i px', width => {
    const buttons = placesIn(width) + 1;
    expect(buttons * 46 + buttons * 7 + 58 + 16).toBeLessThanOrEqual(width);
  });

  it('keeps what matters most', () => {
    const controls = [
      { id: 'copyLink', rank: 8 },
      { id: 'microphone', rank: 0 },
      { id: 'chat', rank: 2 },
    ];
    expect([...controlsInBar(controls, 2)]).toEqual(['microphone', 'chat']);
    expect(controlsInBar(controls, 9).size).toBe(3);
  });
});
