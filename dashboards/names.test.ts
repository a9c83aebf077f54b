import { expect, it } from 'vitest';
import { boards } from './boards/index.ts';
import { isFigure, panelsOf } from './build/board.ts';
import { ownMetrics, processes, usualMetrics } from './metrics/processes.ts';
import { ruleGroups } from './rules/index.ts';

const known = new Map([...processes().flatMap(ownMetrics), ...usualMetrics()].map(each => [each.name, each]));
/** What the scraper adds, and what belongs to a histogram. */
const added = ['namespace', 'pod', 'component', 'pool', 'le'];

it('dashboards and rules ask for figures and labels that processes have', () => {
  const queries = [
    ...boards.flatMap(panelsOf).flatMap(panel => (isFigure(panel) ? panel.queries : [])),
    ...ruleGroups.flatMap(({ rules }) => rules),
  ];
  const wrong = queries.flatMap(({ expr }) =>
    [...expr.matchAll(/(?<![\w:])((?:parley|nodejs|process)_\w+)(?![\w:])(?:\{([^}]*)\})?/g)].flatMap(
      ([, name = '', selector = '']) => {
        const metric = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ''));
        if (!metric) return [name];
        const labels = [...selector.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label);
        const has = [...metric.labelNames, ...added];
        return labels.filter(label => !has.includes(label)).map(label => `${name}{${label}}`);
      },
    ),
  );
  expect([...new Set(wrong)]).toEqual([]);
});
