import { defineConfig } from '@playwright/test';
import { chromiumArguments, chromiumProgram } from './journeys/chromium.ts';

/** Journeys in a real Chromium against the real server, which the fixtures start (journeys/journey.ts). */
export default defineConfig({
  testDir: '.',
  testMatch: ['journeys/**/*.spec.ts', 'browser/**/*.spec.ts'],
  outputDir: '../test-results/playwright',
  // Each worker runs a server, a PostgreSQL and up to three browsers on a machine that may have two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Only a hang reaches these; no test measures time.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['line'], ['json', { outputFile: '../test-results/playwright.json' }]],
  use: {
    launchOptions: { executablePath: chromiumProgram(), args: chromiumArguments },
    actionTimeout: 20_000,
    navigationTimeout: 60_000,
    trace: 'off',
  },
});
