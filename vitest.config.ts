import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// No test depends on how fast the machine is, so every limit is one that only a hang reaches.
const generous = { testTimeout: 180_000, hookTimeout: 120_000, teardownTimeout: 60_000 };
const never = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', '**/paraglide/**'];

export default defineConfig({
  test: {
    // A file that is not there must fail its step: no `passWithNoTests`.
    projects: [
      {
        // Rune classes (*.svelte.ts) need the Svelte compiler, and its browser build: the server build of `$state` is inert.
        plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
        resolve: { conditions: ['browser'] },
        test: {
          ...generous,
          name: 'core',
          include: [
            'schemas/**/*.test.ts',
            'printing/**/*.test.ts',
            'pwa/src/**/*.test.ts',
            'e2e/*.test.ts',
            'e2e/{tidy,simulation,mutants,torture,replay,bench,prices}/**/*.test.ts',
          ],
          exclude: never,
          // Its deep ES modules import each other without file extensions, which Node does not resolve by itself.
          server: { deps: { inline: [/@zxing\/library/] } },
        },
      },
      {
        test: {
          ...generous,
          name: 'server',
          include: ['sync-server/**/*.test.ts'],
          exclude: never,
          globalSetup: ['sync-server/db/test-postgres.ts'],
          // Each worker holds connections and the clients share the cores with PostgreSQL.
          maxWorkers: 2,
        },
      },
    ],
  },
});
