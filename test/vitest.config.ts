import { defineConfig } from 'vitest/config';

// A machine that is busy with other things is no defect of the program.
const expectations = { poll: { timeout: 20_000 } };

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // Most of the time is spent waiting for PostgreSQL; the default would be one worker on two cores.
    maxWorkers: 2,
    projects: [
      // Ten thousand cases take a second, and ten on a machine that is busy with other things.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        // Bad days; `npm run test:faults`.
        test: {
          name: 'faults',
          include: ['test/faults/**/*.{fault,test}.ts'],
          globalSetup: ['test/support/build-once.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        // On a container engine; `npm run test:e2e`.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/build-images.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: expectations,
        },
      },
    ],
  },
});
