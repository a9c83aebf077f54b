import type * as units from '@grafana/grafana-foundation-sdk/units';

/** Where a figure stops being good, for its colour. */
export type Limits =
  /** Small is good: yellow from `warn` on, red from `bad` on. */
  | { is: 'at most'; warn: number; bad: number }
  /** Large is good: yellow below `warn`, red below `bad`. */
  | { is: 'at least'; warn: number; bad: number }
  /** Neither is good nor bad, as the number of people. */
  | { is: 'a count' };

export const atMost = (warn: number, bad: number): Limits => ({ is: 'at most', warn, bad });
export const atLeast = (warn: number, bad: number): Limits => ({ is: 'at least', warn, bad });
export const aCount: Limits = { is: 'a count' };

/** Grafana's names of units. */
export type Unit =
  | typeof units.Short
  | typeof units.PercentUnit
  | typeof units.Seconds
  | typeof units.BitsPerSecondSI
  | typeof units.PacketsPerSecond
  | typeof units.BytesIEC
  | typeof units.Pixels
  | 'fps'
  | typeof units.CountsPerSecond
  | typeof units.RequestsPerSecond;

/** One query of Prometheus, with the name of its lines: `{{label}}` stands for a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel that asks Prometheus. */
export interface FigurePanel {
  readonly shows: 'lines' | 'areas' | 'number' | 'table';
  readonly title: string;
  /** What it is, what it should be, and what it means if it is not. */
  readonly description: string;
  readonly unit: Unit;
  readonly limits: Limits;
  readonly queries: readonly Query[];
  /** Why a healthy installation may have nothing to show here. */
  readonly quiet?: string;
}

/** A panel of one call's traces or logs. */
export interface RecordPanel {
  readonly shows: 'trace' | 'traces' | 'logs';
  readonly title: string;
  readonly description: string;
  /** TraceQL of Tempo, or LogQL of Loki. */
  readonly query: string;
}

export type BoardPanel = FigurePanel | RecordPanel;

export interface Row {
  readonly title: string;
  /** How many stand beside each other. */
  readonly across?: 2 | 3 | 4 | 6;
  readonly panels: readonly BoardPanel[];
}

/** A dashboard as we write it; Grafana's form is made of it. */
export interface Board {
  /** Grafana's id; its file has the name that follows `parley-`. */
  readonly uid: `parley-${string}`;
  readonly title: string;
  readonly description: string;
  /** What may be chosen: a pool, or one call. */
  readonly choice: 'pool' | 'nothing' | 'call';
  readonly rows: readonly Row[];
}

export const isFigure = (panel: BoardPanel): panel is FigurePanel => 'queries' in panel;

/** All panels of a dashboard, whatever their row. */
export const panelsOf = (board: Board): readonly BoardPanel[] => board.rows.flatMap(({ panels }) => panels);

type Rest = Pick<FigurePanel, 'description' | 'unit' | 'limits' | 'quiet'>;
type Queries = readonly [expr: string, legend: string][];

const figure =
  (shows: FigurePanel['shows']) =>
  (title: string, rest: Rest, ...queries: Queries): FigurePanel => ({
    shows,
    title,
    ...rest,
    queries: queries.map(([expr, legend]) => ({ expr: expr.replaceAll(/\s+/g, ' ').trim(), legend })),
  });

export const lines = figure('lines');
export const areas = figure('areas');
export const number = figure('number');
export const table = figure('table');
