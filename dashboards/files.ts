import { boards } from './boards/index.ts';
import { builtDashboard } from './build/dashboard.ts';
import { metricsDocument } from './metrics/document.ts';
import { ruleGroups } from './rules/index.ts';
import { rulesYaml } from './rules/yaml.ts';

const notice = '# Made by dashboards/generate.ts from dashboards/rules: change it there.\n';

/** Every file that is made from dashboards, rules and metrics, by its path in the checkout. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...boards.map(
      board =>
        [
          `charts/parley/dashboards/${board.uid.replace(/^parley-/, '')}.json`,
          `${JSON.stringify(builtDashboard(board), undefined, 2)}\n`,
        ] as const,
    ),
    ['docs/metrics.md', metricsDocument()] as const,
    ['charts/parley/alerts/parley.yaml', notice + rulesYaml(ruleGroups)] as const,
  ]);
}
