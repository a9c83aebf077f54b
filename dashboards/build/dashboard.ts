import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board } from './board.ts';
import { builtPanel, dataSource } from './panel.ts';

/** Width of Grafana's grid. */
const gridWidth = 24;

/** Grafana's form of a dashboard. */
export function builtDashboard(board: Board): Dashboard {
  const builder = new DashboardBuilder(`Parley / ${board.title}`)
    .uid(board.uid)
    .description(board.description)
    .tags(['parley'])
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .variables(variables(board.choice))
    .link(
      new DashboardLinkBuilder('Parley')
        .type(DashboardLinkType.Dashboards)
        .tags(['parley'])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    );
  let y = 0;
  for (const { title, panels, across = 3 } of board.rows) {
    builder.withRow(new RowBuilder(title).gridPos({ h: 1, w: gridWidth, x: 0, y }));
    y += 1;
    const w = gridWidth / across;
    for (let first = 0; first < panels.length; first += across) {
      const line = panels.slice(first, first + across).map(builtPanel);
      const h = Math.max(...line.map(({ height }) => height));
      for (const [index, { builder: panel }] of line.entries()) {
        builder.withPanel(placed(panel, { h, w, x: index * w, y }));
      }
      y += h;
    }
  }
  return builder.build();
}

type Place = { h: number; w: number; x: number; y: number };

function placed(panel: ReturnType<typeof builtPanel>['builder'], gridPos: Place): typeof panel {
  return { build: () => ({ ...panel.build(), gridPos }) };
}

function variables(choice: Board['choice']): Builder<VariableModel>[] {
  if (choice === 'call') {
    return [
      source('tempo', 'Traces'),
      source('loki', 'Logs'),
      new TextBoxVariableBuilder('traceId').label('Trace').description('32 hex digits, as in a log line.'),
      new TextBoxVariableBuilder('room').label('Room').description('namespace/name, as in a log line.'),
    ];
  }
  const prometheus = source('prometheus', 'Figures');
  if (choice === 'nothing') return [prometheus];
  return [
    prometheus,
    new QueryVariableBuilder('pool')
      .label('Pool')
      .description('The MediaPool, which is the class of a room.')
      .datasource(dataSource('prometheus'))
      .query('label_values(parley_operator_pool_pods, pool)')
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .multi(true)
      .includeAll(true)
      .allValue('.*')
      .current({ selected: true, text: 'All', value: '$__all' }),
  ];
}

const source = (type: 'prometheus' | 'loki' | 'tempo', label: string) =>
  new DatasourceVariableBuilder(type).label(label).type(type);
