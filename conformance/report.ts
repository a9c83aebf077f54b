import { type Rule, runsOf } from './check.ts';
import type { Elsewhere } from './elsewhere.ts';
import { checks } from './rules/index.ts';
import type { Result } from './run.ts';

type Paint = (text: string, colour: 'green' | 'red' | 'yellow' | 'dim') => string;

const codes = { green: 32, red: 31, yellow: 33, dim: 2 } as const;

/** Colours for a terminal, none for a file. */
export const painter =
  (colours: boolean): Paint =>
  (text, colour) =>
    colours ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;

/** One check in a line, with the reason below it if there is one. */
export function lineOf({ rule, title, version, outcome }: Result, paint: Paint): string {
  const head = `${rule.padEnd(4)}${title} ${paint(`(version ${version})`, 'dim')}`;
  switch (outcome.is) {
    case 'kept':
      return `${paint('kept   ', 'green')} ${head}`;
    case 'skipped':
      return `${paint('skipped', 'yellow')} ${head}\n             ${outcome.why}`;
    case 'broken':
      return `${paint('BROKEN ', 'red')} ${head}\n${(outcome.why ?? '').replaceAll(/^/gm, '             ')}`;
  }
}

/** Whether the endpoint does what was looked at. Nothing that was looked at is nothing that is kept. */
export function conforms(results: readonly Result[]): boolean {
  return (
    results.some(({ outcome }) => outcome.is === 'kept') &&
    results.every(({ outcome }) => outcome.is !== 'broken')
  );
}

/** How many checks were kept, and which rules are not looked at here, in words. */
export function summary(results: readonly Result[], others: readonly Elsewhere[], paint: Paint): string {
  const count = (is: Result['outcome']['is']) => results.filter(({ outcome }) => outcome.is === is).length;
  const rules = new Set(results.filter(({ outcome }) => outcome.is !== 'skipped').map(({ rule }) => rule));
  const left = [...new Set(others.map(({ rule }) => rule))].filter(rule => !rules.has(rule));
  const broken = count('broken');
  const verdict =
    broken > 0
      ? paint(`${broken} of ${results.length} checks found a rule broken.`, 'red')
      : paint(`${count('kept')} of ${results.length} checks found their rule kept, none broken.`, 'green');
  return [
    verdict,
    `${count('skipped')} were skipped. ${rules.size} rules were looked at.`,
    `Not looked at here, and checked by Parley's own tests: ${left.join(', ')}.`,
  ].join('\n');
}

/** For programs. */
export function toJson(url: string, results: readonly Result[], others: readonly Elsewhere[]) {
  return {
    url,
    conforms: conforms(results),
    checks: results.map(({ rule, title, version, outcome: { is, ...outcome } }) => ({
      rule,
      title,
      version,
      outcome: is,
      ...outcome,
    })),
    elsewhere: others,
  };
}

/** Rules that the suite looks at. */
export const checkedRules: ReadonlySet<Rule> = new Set(runsOf(checks).map(({ check }) => check.rule));
