import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 30_000, hookTimeout: 120_000 };

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
    ],
  },
});
