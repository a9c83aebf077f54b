import type { Answer, RequestName } from '@parley/protocol';
import type { CallMetrics } from './metrics.ts';

const kinds = { reportQuality: 'quality', reportJoin: 'join' } as const;
type Report = keyof typeof kinds;

export function isReport(name: RequestName | undefined): name is Report {
  return name !== undefined && Object.hasOwn(kinds, name);
}

/** Counts a report by what it was answered with, also one that was not as it should be. */
export function countReport(metrics: CallMetrics, name: Report, answer: Answer<RequestName>): void {
  const outcome = outcomeOf(answer);
  if (outcome) metrics.reports.inc({ kind: kinds[name], outcome });
}

function outcomeOf(answer: Answer<RequestName>): 'ok' | 'too_many' | 'invalid' | undefined {
  if (answer.ok) return 'ok';
  const { code } = answer.error;
  if (code === 'rate_limited') return 'too_many';
  return code === 'bad_request' ? 'invalid' : undefined;
}
