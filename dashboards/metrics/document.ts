import { type Metric, unitOf } from './metric.ts';
import { ownMetrics, processes, usualMetrics } from './processes.ts';

const preface = `# Metrics

<!-- Made by dashboards/metrics from what the processes register: change the help of a metric there, and run \`npm run generate\`. -->

Every process serves these at \`/metrics\`, as Prometheus text or, where the scraper asks for it, as OpenMetrics; only the latter has
exemplars, which name a trace (marked with ◆). The scraper adds the labels \`namespace\`, \`pod\` and \`component\`, and of SFUs and relays
\`pool\`, the name of their MediaPool. No label names a room or a participant, every label has few values, and the series of a MediaPool go
with it: how many series there are does not depend on how many rooms and people there are.

A histogram has the series \`_bucket\`, \`_sum\` and \`_count\`. Counters begin at 0 with their process.
`;

/** docs/metrics.md */
export function metricsDocument(): string {
  const sections = processes().map(process => section(process.name, ownMetrics(process)));
  return [
    preface,
    ...sections,
    section('every process', usualMetrics(), 'The usual ones of prom-client for Node, also of web.\n\n'),
  ].join('\n');
}

function section(name: string, metrics: readonly Metric[], text = ''): string {
  const rows = [...metrics].sort((a, b) => (a.name < b.name ? -1 : 1)).map(row);
  const head = ['Metric', 'Type', 'Labels', 'Unit', 'Meaning'];
  return `## ${capital(name)}\n\n${text}${table([head, ...rows])}\n`;
}

function row(metric: Metric): string[] {
  const { name, type, labelNames, enableExemplars, help } = metric;
  const labels = [...labelNames].sort().map(label => `\`${label}\``);
  const own = [`\`${name}\``, enableExemplars ? `${type} ◆` : type, labels.join(', '), unitOf(metric), help];
  return own.map(cell => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;'));
}

function table([head = [], ...rows]: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

const names: Readonly<Record<string, string>> = { sfu: 'SFU', turn: 'TURN' };

const capital = (name: string) => names[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
