export function isInstalled(lockfile: string, made: string | undefined): boolean;
export function isNewEnough(version: string): boolean;
export function npm(execPath: string | undefined): string[];
