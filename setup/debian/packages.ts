import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { logFile, runLogged } from '../logged.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { CannotInstallError, whyNoPackages } from '../problems.ts';

/**
 * Installs those of the Debian packages that are not there, without a question and without starting their services.
 *
 * @param what what is missing without them, for people
 * @throws CannotInstallError where packages cannot be installed, StepFailedError where that failed
 */
export async function installPackages(
  what: string,
  packages: readonly string[],
  machine: Machine = thisMachine(),
): Promise<void> {
  const missing = missingPackages(packages, machine.hasApt ? packageStates(packages) : '');
  if (missing.length === 0) return;
  const why = whyNoPackages(machine);
  if (why) throw new CannotInstallError(`${what}: ${why}`, missing);
  const command = [join(import.meta.dirname, 'install.sh'), ...missing];
  await runLogged(machine.root === 'sudo' ? ['sudo', '-n', ...command] : command, {
    log: logFile('packages'),
    says: /^(?:Get:|Setting up |parley: )/,
  });
}

/**
 * Those of the packages that are not wholly installed.
 *
 * @param states lines of a package's name and state, as `packageStates` gives them
 */
export function missingPackages(packages: readonly string[], states: string): readonly string[] {
  const installed = new Set(states.split('\n').filter(line => line.endsWith(' installed')));
  return packages.filter(name => !installed.has(`${name} installed`));
}

function packageStates(packages: readonly string[]): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
  const format = '-f=${Package} ${db:Status-Status}\n';
  return spawnSync('dpkg-query', ['-W', format, ...packages], { encoding: 'utf8' }).stdout ?? '';
}
