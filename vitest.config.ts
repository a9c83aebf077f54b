import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// What fails does so by its own words; these are for what hangs, also on a machine that is busy.
const shared = { testTimeout: 60_000, hookTimeout: 120_000 };
const globalSetup = 'e2e/global-setup.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['*/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'e2e/**'],
          // Many tests wait for processes, so that two at a time suit two cores, where the default is one.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          // A call wants the whole machine: one file at a time, after the unit tests.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...(existsSync(globalSetup) ? { globalSetup } : {}),
        },
      },
    ],
  },
});
