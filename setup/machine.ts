import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How this process may become root: it is, it can ask `sudo` without a password, or not at all. */
export type Root = 'self' | 'sudo' | 'no';

/** What set-up needs to know of the machine to decide how to get a program. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Whether apt-get installs packages here, as on Debian and Ubuntu. */
  readonly hasApt: boolean;
  /** The name of a Debian release, such as `bookworm`; undefined on any other system. */
  readonly debian: string | undefined;
  readonly root: Root;
}

/** Looks at the machine. */
export function thisMachine(): Machine {
  const hasApt = answers('apt-get', ['--version']);
  return {
    platform: process.platform,
    arch: process.arch,
    hasApt,
    debian: debianRelease(readText('/etc/os-release')),
    root: process.getuid?.() === 0 ? 'self' : answers('sudo', ['-n', 'true']) ? 'sudo' : 'no',
  };
}

/** The Debian release that an /etc/os-release names. */
export function debianRelease(osRelease: string): string | undefined {
  const field = (name: string) => osRelease.match(new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm'))?.[1];
  return field('ID') === 'debian' ? field('VERSION_CODENAME') : undefined;
}

function answers(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
