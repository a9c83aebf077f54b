import { describe, expect, it } from 'vitest';
import { constraintsOf, deviceChoices, shownChoice } from './deviceChoices.ts';
import { usualSound } from './sound.ts';

describe('deviceChoices', () => {
  it('sorts by kind and leaves out what has no id', () => {
    expect(
      deviceChoices([
        { kind: 'audioinput', deviceId: 'default', label: 'Default' },
        { kind: 'audioinput', deviceId: 'communications', label: 'Communications' },
        { kind: 'audioinput', deviceId: 'm', label: '' },
        { kind: 'videoinput', deviceId: '', label: '' },
        { kind: 'audiooutput', deviceId: 's', label: 'Desk', groupId: 'g' },
      ]),
    ).toEqual({
      microphones: [
        { id: 'default', label: 'Default' },
        { id: 'm', label: '' },
      ],
      cameras: [],
      speakers: [{ id: 's', label: 'Desk', group: 'g' }],
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

it('a chosen device is the one that is asked for', () => {
  expect(constraintsOf('camera', 'c', usualSound).video).toMatchObject({ deviceId: { exact: 'c' } });
  expect(constraintsOf('camera', undefined, usualSound).video).toMatchObject({ facingMode: 'user' });
});
