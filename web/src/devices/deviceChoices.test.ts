import { describe, expect, it } from 'vitest';
import { constraintsOf, deviceChoices, shownChoice } from './deviceChoices.ts';

describe('deviceChoices', () => {
  it('sorts by kind, names the nameless and leaves out what has no id', () => {
    expect(
      deviceChoices([
        { kind: 'audioinput', deviceId: 'default', label: 'Default' },
        { kind: 'audioinput', deviceId: 'communications', label: 'Communications' },
        { kind: 'audioinput', deviceId: 'm', label: '' },
        { kind: 'videoinput', deviceId: '', label: '' },
        { kind: 'audiooutput', deviceId: 's', label: 'Desk' },
      ]),
    ).toEqual({
      microphones: [
        { id: 'default', label: 'Default' },
        { id: 'm', label: 'Microphone 2' },
      ],
      cameras: [],
      speakers: [{ id: 's', label: 'Desk' }],
    });
  });
});

describe('shownChoice', () => {
  const choices = [
    { id: 'a', label: 'A' },
    { id: 'b', label: 'B' },
  ];
  it('is the wish if that is there', () => expect(shownChoice(choices, 'b')).toBe('b'));
  it('falls back to the first', () => expect(shownChoice(choices, 'gone')).toBe('a'));
  it('is empty without devices', () => expect(shownChoice([], 'a')).toBe(''));
});

it('a remembered device is only a wish', () => {
  expect(constraintsOf('camera', 'c').video).toMatchObject({ deviceId: { ideal: 'c' } });
  expect(constraintsOf('camera', undefined).video).toMatchObject({ facingMode: 'user' });
});
