/** k6's thresholds: https://grafana.com/docs/k6/latest/using-k6/thresholds/ */
export interface Threshold {
  readonly expression: string;
  readonly figure: string;
  /** Of `p(95)`: 95. */
  readonly share?: number;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly limit: number;
}

/** @throws Error where the expression is none. */
export function thresholdOf(expression: string): Threshold {
  const read =
    /^(?<figure>p\((?<share>[\d.]+)\)|avg|min|max|med|count|rate|value)(?<operator>[<>]=?|[=!]=)(?<limit>[\d.]+)$/.exec(
      expression.replaceAll(' ', ''),
    )?.groups;
  if (!read) throw new Error(`"${expression}" is not a threshold that this runner can read.`);
  const { figure = '', share, operator, limit } = read;
  return {
    expression,
    figure,
    ...(share !== undefined && { share: Number(share) }),
    operator: operator as Threshold['operator'],
    limit: Number(limit),
  };
}

/** Whether the figures keep to it; without samples they do, as in k6. */
export function isKept(
  { figure, operator, limit }: Threshold,
  figures: Readonly<Record<string, number>>,
): boolean {
  const isEmpty = figures.count === 0 || (figures.passes === 0 && figures.fails === 0);
  const value = figures[figure];
  if (value === undefined || (isEmpty && figure !== 'count')) return true;
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}
