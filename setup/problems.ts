import type { Machine } from './machine.ts';

/** Something that set-up cannot get on this machine by itself. */
export class CannotInstallError extends Error {
  readonly code = 'CANNOT_INSTALL';
  /** Debian packages that a person with root can install. */
  readonly packages: readonly string[];
  /** What else a person can do about it. */
  readonly advice: string | undefined;

  constructor(what: string, packages: readonly string[], advice?: string) {
    super(what);
    this.name = 'CannotInstallError';
    this.packages = packages;
    this.advice = advice;
  }
}

/** A step began and did not come to its end. */
export class StepFailedError extends Error {
  readonly code = 'STEP_FAILED';
  /** Where to read on. */
  readonly log: string | undefined;

  constructor(message: string, options: { log?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StepFailedError';
    this.log = options.log;
  }
}

/** Why apt-get cannot install packages here, undefined if it can. */
export function whyNoPackages(machine: Machine): string | undefined {
  if (!machine.hasApt) return `this is no Debian (${machine.platform} without apt-get)`;
  if (machine.root === 'no') return 'this user is not root and sudo asks for a password';
  return undefined;
}

/** One message for people that lists everything that is missing and what gets it. */
export function describeProblems(problems: readonly CannotInstallError[], machine: Machine): string {
  const packages = [...new Set(problems.flatMap(problem => problem.packages))];
  const advice = [...new Set(problems.flatMap(problem => problem.advice ?? []))];
  const lines = [
    'Set-up cannot get everything here:',
    ...problems.map(problem => `  - ${problem.message}`),
    '',
  ];
  if (packages.length > 0) {
    lines.push(
      machine.hasApt
        ? `Have root run:  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`
        : `Install what Debian calls:  ${packages.join(' ')}`,
    );
  }
  lines.push(...advice, 'Then run the same command again: it goes on from here.');
  return lines.join('\n');
}
