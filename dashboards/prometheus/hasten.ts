import type { Duration, RuleGroup } from '../rules/rule.ts';
import { isAlert } from '../rules/rule.ts';

/** Rules for tests: judged as often as possible, and what has to hold for a minute has to hold for a second. */
export function hastened(groups: readonly RuleGroup[]): readonly RuleGroup[] {
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map(rule => (isAlert(rule) && rule.for ? { ...rule, for: shorter(rule.for) } : rule)),
  }));
}

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 };

function shorter(duration: Duration): Duration {
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  return `${Math.ceil((Number(count) * seconds[unit as keyof typeof seconds]) / 60)}s`;
}
