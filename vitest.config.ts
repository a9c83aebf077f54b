import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 30_000, hookTimeout: 120_000 };
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
