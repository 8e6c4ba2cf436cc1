import { defineConfig } from 'drizzle-kit';

/** For `npm run generate -- --config sync-server/db/drizzle.config.ts`, run at the top of the repository. */
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./sync-server/db/tables-merchant.ts', './sync-server/db/tables-journal.ts'],
  out: './sync-server/db/migrations',
});
