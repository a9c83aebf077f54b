import type { Plan } from './plan.ts';

/** A plan as a table for people: what, how much, why. */
export function planTable({ lines }: Plan): string {
  const rows = lines.map(({ part, name, value, unit, why }) => [part, name, number(value), unit, why]);
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 2 ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return value >= 100 ? Math.round(value).toLocaleString('en') : `${Number(value.toPrecision(3))}`;
}
