export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; stdout?: 'inherit' | 'stderr' },
): Promise<number>;
