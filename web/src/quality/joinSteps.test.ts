import { expect, it } from 'vitest';
import { phasesOf } from './joinSteps.ts';

it('divides the time from the click to the first picture into steps', () => {
  const phases = phasesOf({
    connected: 80,
    answered: 200,
    mediaWanted: 210,
    mediaConnected: 400,
    firstFrame: 650,
  });
  expect(phases.map(({ took }) => took)).toEqual([80, 120, 10, 190, 250]);
});

it('knows nothing of what was not done yet, and goes back in no time', () => {
  const phases = phasesOf({
    connected: 80,
    answered: 200,
    mediaWanted: undefined,
    mediaConnected: 150,
    firstFrame: undefined,
  });
  expect(phases.map(({ took }) => took)).toEqual([80, 120, undefined, 0, undefined]);
});
