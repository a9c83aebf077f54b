import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  type DataSourceRef,
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  PanelBuilder as PlainPanel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { type BoardPanel, type FigurePanel, isFigure, type Limits, type RecordPanel } from './board.ts';

/** Data sources are chosen on the dashboard. */
export const dataSource = (type: 'prometheus' | 'loki' | 'tempo'): DataSourceRef => ({
  type,
  uid: `\${${type}}`,
});

/** Grafana's form of a panel, with a height in its grid's units. */
export function builtPanel(panel: BoardPanel): { builder: Builder<Panel>; height: number } {
  if (isFigure(panel)) return { builder: figurePanel(panel), height: panel.shows === 'number' ? 5 : 9 };
  return { builder: recordPanel(panel), height: panel.shows === 'trace' ? 18 : 11 };
}

function figurePanel(panel: FigurePanel): Builder<Panel> {
  const { title, description, unit, limits } = panel;
  const targets = panel.queries.map(({ expr, legend }, index) => {
    const query = new PrometheusQuery()
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .legendFormat(legend);
    return panel.shows === 'number' || panel.shows === 'table'
      ? query.instant()
      : query.range().exemplar(expr.includes('_bucket'));
  });
  const common = <B extends StatPanel | TimePanel | TablePanel>(builder: B): B => {
    builder.title(title).description(description).unit(unit).datasource(dataSource('prometheus'));
    builder.thresholds(thresholds(limits)).targets(targets as Builder<Dataquery>[]);
    if (unit === 'percentunit') builder.min(0);
    return builder;
  };
  if (panel.shows === 'number') {
    return common(new StatPanel())
      .colorMode(BigValueColorMode.Background)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  }
  if (panel.shows === 'table') return common(new TablePanel());
  const drawn = common(new TimePanel())
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .gradientMode(GraphGradientMode.Opacity)
    .fillOpacity(10);
  if (limits.is !== 'a count') {
    drawn.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return panel.shows === 'areas'
    ? drawn.fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    : drawn;
}

function recordPanel({ shows, title, description, query }: RecordPanel): Builder<Panel> {
  switch (shows) {
    case 'logs':
      return new LogsPanel()
        .title(title)
        .description(description)
        .datasource(dataSource('loki'))
        .showTime(true)
        .wrapLogMessage(true)
        .prettifyLogMessage(true)
        .withTarget(new LokiQuery().refId('A').expr(query));
    case 'trace':
      return new PlainPanel()
        .type('traces')
        .title(title)
        .description(description)
        .datasource(dataSource('tempo'))
        .withTarget(new TempoQuery().refId('A').queryType('traceql').query(query));
    case 'traces':
      return new TablePanel()
        .title(title)
        .description(description)
        .datasource(dataSource('tempo'))
        .withTarget(new TempoQuery().refId('A').queryType('traceql').query(query).limit(50));
  }
}

function thresholds(limits: Limits): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits));
}

/** Grafana wants them from below, the first without a value. */
function steps(limits: Limits): Threshold[] {
  switch (limits.is) {
    case 'at most':
      return [
        { value: null, color: 'green' },
        { value: limits.warn, color: 'yellow' },
        { value: limits.bad, color: 'red' },
      ];
    case 'at least':
      return [
        { value: null, color: 'red' },
        { value: limits.bad, color: 'yellow' },
        { value: limits.warn, color: 'green' },
      ];
    case 'a count':
      return [{ value: null, color: 'blue' }];
  }
}
