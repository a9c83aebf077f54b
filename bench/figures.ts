/** A number that was measured. */
export interface Figure {
  /** Which scenario it is from. */
  scenario: string;
  name: string;
  value: number;
  unit: string;
  /** What it should be, where that was decided. */
  aim?: Aim;
}

export type Aim = { atMost: number } | { below: number } | { atLeast: number };

/** Whether a figure is as it should be; undefined where nothing was decided. */
export function isMet({ value, aim }: Figure): boolean | undefined {
  if (!aim) return undefined;
  if ('atMost' in aim) return value <= aim.atMost;
  return 'below' in aim ? value < aim.below : value >= aim.atLeast;
}

/** The value below which this share of the samples lies (nearest rank). @throws RangeError without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('There is no quantile of nothing.');
  return value;
}

/** Figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(figure => {
    const { scenario, name, value, unit, aim } = figure;
    const met = isMet(figure);
    return [
      scenario,
      name,
      number(value),
      unit,
      wanted(aim),
      met === undefined ? '' : met ? 'met' : 'not met',
    ];
  });
  const all = [['scenario', 'figure', 'value', 'unit', 'aim', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

function wanted(aim: Aim | undefined): string {
  if (aim === undefined) return '';
  if ('atMost' in aim) return `at most ${aim.atMost}`;
  return 'below' in aim ? `below ${aim.below}` : `at least ${aim.atLeast}`;
}

/** Three digits that count, without powers of ten. */
function number(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3);
}
