import type { Stage } from './stage.ts';

/** Number of a rule in SPEC.md. */
export type Rule = `${Uppercase<string>}${number}`;

/** Versions of the protocol whose clients are played. */
export type Version = 1 | 2;

/** What one rule of SPEC.md promises, looked at from outside. */
export interface Check {
  readonly rule: Rule;
  /** What is so if the rule holds. */
  readonly title: string;
  /** The versions whose clients it is about. Default: both. */
  readonly versions?: readonly Version[];
  /** It closes rooms that are open, which not every endpoint can be told to do. */
  readonly closesRooms?: true;
  /** How long it may take, in ms. */
  readonly timeoutMs?: number;
  /** Throws if the endpoint breaks the rule. What it made, the stage takes away. */
  run(stage: Stage): Promise<void>;
}

/** One check, played by clients of one version. */
export interface Run {
  readonly check: Check;
  readonly version: Version;
}

/** Checks usually take far less; C5 alone is about a minute. */
const defaultTimeoutMs = 60_000;

/** Every check with every version that it is about. */
export function runsOf(checks: readonly Check[]): Run[] {
  return checks.flatMap(check => (check.versions ?? [2, 1]).map(version => ({ check, version }) as const));
}

/** As it stands in reports and in names of tests. */
export function nameOf({ check: { rule, title }, version }: Run): string {
  return `${rule} ${title} (version ${version})`;
}

export function timeoutOf({ timeoutMs = defaultTimeoutMs }: Check): number {
  return timeoutMs;
}
