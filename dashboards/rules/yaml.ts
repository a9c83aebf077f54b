import { stringify } from 'yaml';
import { type AlertRule, isAlert, type RecordingRule, type RuleGroup } from './rule.ts';

/** Rules as Prometheus reads them. */
export function rulesYaml(groups: readonly RuleGroup[]): string {
  return stringify({ groups: groups.map(prometheusGroup) }, { lineWidth: 0 });
}

/** One group as Prometheus has it in files. */
export function prometheusGroup({ name, interval, rules }: RuleGroup) {
  return { name, ...(interval ? { interval } : {}), rules: rules.map(rule) };
}

const inOneLine = (expr: string) => expr.replaceAll(/\s+/g, ' ').trim();

function rule(of: RecordingRule | AlertRule) {
  if (!isAlert(of)) return { ...of, expr: inOneLine(of.expr) };
  const { alert, expr, severity, labels, summary, description, panel } = of;
  const [dashboard, title] = panel;
  return {
    alert,
    expr: inOneLine(expr),
    ...(of.for ? { for: of.for } : {}),
    labels: { severity, ...labels },
    annotations: { summary, description, dashboard: `Parley / ${dashboard}`, panel: title },
  };
}
