/** Durations of Prometheus: a number and a unit. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/** A figure that Prometheus computes and keeps, so that panels and alerts do not compute it each time. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `critical` wakes somebody up, `warning` waits for the next working day. */
export type Severity = 'critical' | 'warning';

export interface AlertRule {
  readonly alert: `Parley${string}`;
  readonly expr: string;
  /** How long it has to hold. Default: not at all. */
  readonly for?: Duration;
  readonly severity: Severity;
  readonly labels?: Readonly<Record<string, string>>;
  /** One line: what is wrong, where. */
  readonly summary: string;
  /** What that means for people in calls. */
  readonly description: string;
  /** Title of the dashboard, then of the panel on it that shows it. */
  readonly panel: readonly [board: string, panel: string];
}

export interface RuleGroup {
  readonly name: `parley-${string}`;
  /** Default: Prometheus' own. */
  readonly interval?: Duration;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

export const isAlert = (rule: RecordingRule | AlertRule): rule is AlertRule => 'alert' in rule;
