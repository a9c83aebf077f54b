import { expect, test } from 'vitest';
import type { Probe } from '../kube/types.ts';
import { firstVerdict, isFatal, nextVerdict, type ProbeKind } from './probe-verdict.ts';

/** How the container counts after each answer. */
function course(kind: ProbeKind, probe: Probe, answers: string): string {
  let verdict = firstVerdict(kind);
  return [...answers]
    .map(answer => {
      verdict = nextVerdict(verdict, answer === '+', probe);
      return isFatal(kind, verdict, probe) ? 'x' : verdict.ok ? '+' : '-';
    })
    .join('');
}

test('readiness changes only at its thresholds', () => {
  expect(course('readiness', { failureThreshold: 2, successThreshold: 2 }, '++-+--+++')).toBe('-++++--++');
});

test('a container lives until its liveness probe failed often enough in a row', () => {
  expect(course('liveness', {}, '--+---')).toBe('+++++x');
});

test('a container that never starts is killed', () => {
  expect(course('startup', { failureThreshold: 4 }, '----')).toBe('---x');
  expect(course('startup', { failureThreshold: 4 }, '--+')).toBe('--+');
});
