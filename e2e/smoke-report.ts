/** What a smoke run saw. `undefined`: it did not come to that. */
export interface SmokeFigures {
  /** From `kubectl apply` to the Room's Ready condition, in ms. */
  readyMs?: number;
  /** From the click on Join to the first decoded video frame, in ms, per person. */
  firstFrameMs: number[];
  /** Frames decoded per second, per received camera. */
  framesPerSecond: number[];
  /** Energy of the decoded sound over the measured time, per received microphone. */
  audioEnergy: number[];
  /** The column of `kubectl get rooms`. */
  participants?: number;
  /** Signaling replicas that hold at least one of the people. */
  replicas?: number;
}

export interface SmokeRow {
  name: string;
  /** Nothing was measured if it is undefined. */
  value: number | undefined;
  unit: string;
  wanted: string;
  ok: boolean;
}

const least = (values: number[]) => (values.length ? Math.min(...values) : undefined);
const most = (values: number[]) => (values.length ? Math.max(...values) : undefined);

/** Says of each figure whether it holds for a call of `people`. The slowest person and the worst stream count. */
export function judge(figures: SmokeFigures, people: number): SmokeRow[] {
  const streams = people * (people - 1);
  const row = (
    name: string,
    value: number | undefined,
    unit: string,
    wanted: string,
    holds: (value: number) => boolean,
  ): SmokeRow => ({ name, value, unit, wanted, ok: value !== undefined && holds(value) });
  const complete = (values: number[], of: number) => values.length === of;

  return [
    row('room ready after kubectl apply', figures.readyMs, 'ms', 'at most 5000', ms => ms <= 5000),
    row(
      'first frame after the join click',
      most(figures.firstFrameMs),
      'ms',
      'at most 10000, for everyone',
      ms => ms <= 10_000 && complete(figures.firstFrameMs, people),
    ),
    row(
      'video decoded',
      least(figures.framesPerSecond),
      'frames/s',
      'at least 5, of every camera',
      rate => rate >= 5 && complete(figures.framesPerSecond, streams),
    ),
    row(
      'sound decoded',
      least(figures.audioEnergy),
      'energy',
      'above 0, of every microphone',
      energy => energy > 0 && complete(figures.audioEnergy, streams),
    ),
    row(
      'participants in kubectl get rooms',
      figures.participants,
      'people',
      `${people}`,
      count => count === people,
    ),
    row('signaling replicas in use', figures.replicas, 'replicas', '2', count => count === 2),
  ];
}

/** The rows as a table for people. */
export function table(rows: SmokeRow[], colour: boolean): string {
  const shown = rows.map(row => [
    row.ok ? 'ok' : 'FAILED',
    row.name,
    row.value === undefined ? 'not seen' : `${round(row.value)} ${row.unit}`,
    row.wanted,
  ]);
  const header = ['', 'what', 'seen', 'wanted'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...shown.map(cells => cells[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const paint = (text: string, ok: boolean) => (colour ? `\x1b[${ok ? 32 : 31}m${text}\x1b[0m` : text);
  return [line(header), ...shown.map((cells, index) => paint(line(cells), rows[index]?.ok ?? false))].join(
    '\n',
  );
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
