import { expect, test } from 'vitest';
import type { CallSnapshot } from '../types.ts';
import { participant, producer } from './fixtures.ts';
import { microphonesOf } from './microphones.ts';

test('those are heard whose microphones are on, oneself as one is now', () => {
  const others = [
    participant('on', producer('a', 'microphone')),
    participant('muted', producer('b', 'microphone', true)),
    participant('seen', producer('c')),
  ];
  const self = (paused?: boolean) =>
    ({ id: 'me', media: paused === undefined ? {} : { microphone: { paused } } }) as CallSnapshot['self'];
  expect(microphonesOf(self(), others)).toEqual({
    heard: new Set(['on']),
    present: new Set(['on', 'muted', 'seen', 'me']),
  });
  expect([...microphonesOf(self(false), others).heard]).toEqual(['on', 'me']);
  expect([...microphonesOf(self(true), others).heard]).toEqual(['on']);
  expect(microphonesOf(undefined, [])).toEqual({ heard: new Set(), present: new Set() });
});
