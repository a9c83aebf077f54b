import { describe, expect, it } from 'vitest';
import { explainProblem, problemOf } from './mediaProblem.ts';

const named = (name: string) => Object.assign(new Error('…'), { name });

describe('problemOf', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['InsecureContextError', 'unsupported'],
    ['TypeError', 'failed'],
  ] as const)('%s is %s', (name, problem) => expect(problemOf(named(name))).toBe(problem));

  it('takes what is no error for a failure', () => expect(problemOf('no')).toBe('failed'));
});

it('says which device and what to do', () => {
  expect(explainProblem('camera', 'denied')).toEqual({
    title: 'Your camera is blocked',
    advice: expect.stringContaining('Allow the camera'),
  });
});
