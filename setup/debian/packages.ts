import { join } from 'node:path';
import { logFile, runLogged } from '../logged.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { CannotInstallError, whyNoPackages } from '../problems.ts';

/**
 * Installs Debian packages, without a question and without starting their services.
 *
 * @param what what is missing without them, for people
 * @throws CannotInstallError where packages cannot be installed, StepFailedError where that failed
 */
export async function installPackages(
  what: string,
  packages: readonly string[],
  machine: Machine = thisMachine(),
): Promise<void> {
  if (packages.length === 0) return;
  const why = whyNoPackages(machine);
  if (why) throw new CannotInstallError(`${what}: ${why}`, packages);
  const command = [join(import.meta.dirname, 'install.sh'), ...packages];
  await runLogged(machine.root === 'sudo' ? ['sudo', '-n', ...command] : command, {
    log: logFile('packages'),
    says: /^(?:Get:|Setting up |parley: )/,
  });
}
