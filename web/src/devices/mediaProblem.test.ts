import { describe, expect, it } from 'vitest';
import { problemOf } from './mediaProblem.ts';

const named = (name: string, message = '…') => Object.assign(new Error(message), { name });

describe('problemOf', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'overconstrained'],
    ['NotReadableError', 'busy'],
    ['InsecureContextError', 'insecure'],
    ['NotSupportedError', 'unsupported'],
    ['TypeError', 'failed'],
  ] as const)('%s is %s', (name, problem) => expect(problemOf(named(name))).toBe(problem));

  it.each([
    ['Permission denied', 'denied'],
    ['Permission dismissed', 'dismissed'],
    ['Permission denied by system', 'deniedBySystem'],
    ['The request is not allowed by the user agent or the platform in the current context.', 'denied'],
  ] as const)('hears who refused in "%s"', (message, problem) =>
    expect(problemOf(named('NotAllowedError', message))).toBe(problem),
  );

  it('knows a frame that may not ask', () =>
    expect(problemOf(named('NotAllowedError', 'Permission denied'), false)).toBe('deniedByPolicy'));

  it('takes what is no error for a failure', () => expect(problemOf('no')).toBe('failed'));
});
