import { figure, figuresOf, type Limit, type Result } from './result.ts';

/** The result as lines for a terminal: what was asked for first, then what was measured. */
export function textOf(result: Result): string {
  const { scenario, passed, durationMs, limits, metrics, parts, settings } = result;
  const told = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const measured = [...Object.entries(metrics), ...Object.entries(parts)].filter(([name]) =>
    name.startsWith('parley_'),
  );
  const width = Math.max(
    0,
    ...measured.map(([name]) => name.length),
    ...limits.map(({ metric }) => metric.length),
  );
  const lines = [
    `${scenario}: ${passed ? 'all limits kept' : 'a limit is broken'}, after ${figure(durationMs, 'time')}`,
    `  ${told.join(' ')}`,
    '',
    ...limits.map(limit => `  ${limit.kept ? '✓' : '✗'} ${limit.metric.padEnd(width)}  ${limitText(limit)}`),
    '',
    ...measured.map(
      ([name, metric]) =>
        `    ${name.padEnd(width)}  ${figuresOf(metric)
          .map(([label, value]) => `${label} ${value}`)
          .join('  ')}`,
    ),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** What was wished and what was seen. */
export function limitText({ expression, value, isTime }: Limit): string {
  const what = isTime ? 'time' : expression.startsWith('rate') ? 'share' : 'number';
  return `${expression}: ${value === undefined ? 'nothing was measured' : figure(value, what)}`;
}
